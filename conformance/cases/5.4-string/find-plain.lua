local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("hello world"):find("wor")), all(("hello"):find("xyz")), all(("hello"):find("")), all(("hello"):find("", 3)))
print(all(("hello"):find("", 6)), all(("hello"):find("", 7)), all(("hello"):find("", 10)), all((""):find("")))
print(all(("a.b"):find(".", 1, true)), all(("a+b"):find("+", 1, true)), all(("a.b"):find("%.", 1, true)))
print(all(("hello"):find("l", 4)), all(("hello"):find("l", 5)), all(("hello"):find("l", -2)), all(("hello"):find("h", -100)))
print(all(("a\0b"):find("\0", 1, true)), all(("a\0b"):find("b", 1, true)))
print(all(("abc"):find("b", 2, true)), all(("abc"):find("b", 3, true)), all(("abcabc"):find("abc", 2, true)))
print(all(("abc"):find("b", nil, true)), all(("[x]"):find("[x]", 1, true)))
