local function reader(...)
  local parts, i = { ... }, 0
  return function() i = i + 1 return parts[i] end
end
print(load(reader("return ", "1 ", "+ 2"))()) print(load(reader("re", "turn", " 'ab", "cd'"))()) print(load(reader("return 5", "", " + nonsense("))())
print(type(load(reader()))) print(select("#", load(reader())())) print(load(reader("x = = 1"))) print(load(reader("x = = 1"), "=named")) print(load(reader("x ="), "text"))
print(pcall(load(reader("error('in chunk')"), "@file"))) print(load(reader("return", " ...", "\n"), "=c")(1, 2))
print(load(reader("-- comment", "\n", "return 'after'"))()) print(load(reader("return [[", "\n", "a", "b", "]]"))())
print(load(reader("return 1", nil, "garbage here"))())
print(load(reader("return [", "=", "=[a]", "]=]", "]", "=", "=", "]"))()) print(load(reader("--", "[", "=", "[", "x", "]", "]", "]=", "] return 'c'"))())
print(load(reader("return 1", "2", ".", "5e", "+", "1"))()) print(load(reader("return '\\", "6", "5\\", "n", "'"))()) print(load(reader("return 'a", "\\", "\n", "b'"))())
print(load(reader("return 1 .", ".", " 2 ", ".", ". 3"))()) print(load(reader("return 1 =", "= 1, 1 ~", "= 1, 1 <", "= 2"))()) print(load(reader("ret", "urn", "x"))) print(load(reader("return n", "o", "t n", "il"))())
print(load(reader("return 'unfinished", "\n", "'"))) print(load(reader("return 'unfinished"))) print(load(reader("return [[unfinished", "]"))) print(load(reader("--[[unfinished"))) print(load(reader("x = 3", "x"))) print(load(reader("x", " = ", "[=", "x")))
