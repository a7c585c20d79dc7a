-- How often `load` asks its reader: of bytecode for no more than belongs to it, and for twelve bytes before it looks at them.
local function reader(pieces)
  local calls = 0
  return function()
    calls = calls + 1
    return pieces[calls]
  end, function() return calls end
end
local function try(...)
  local read, calls = reader { ... }
  local f, message = load(read, "=c")
  print(type(f), message, calls(), f and f(20, 22))
end
local code = string.dump(function(a, b) return a + b end)
try(code)
try(code, "more")
try(code .. "more", "and more")
try(code:sub(1, 1), code:sub(2))
try(code:sub(1, 11), code:sub(12, 12), code:sub(13), "x")
try(code:sub(1, -2), code:sub(-1), "x")
try(code:sub(1, -2))
try(code:sub(1, -2), "")
try(code:sub(1, -2), nil, code:sub(-1))
try("\27")
try("\27", "")
try("\27", "", "x")
try("\27aaaaaaaaaa")
try("\27aaaaaaaaaaa")
try("\27aaaaaaaaaaa", "b", "c")
try("\27", "bbbbb", "bbbbb", "b", "b")
try("\27", "bbbbb", "bbbbbbbbbbbbbbbbb", "b", "b")
try("\27Lua", "Q", "x", "yyyyy", "y", "z", "z")
try("", "return 1")
try(nil, "return 1")
try(nil, "return 1", "")
try("return 1")
try("return 1", "", "x")
try("return ) ", "x", "y")
try("return \27 ", "x", "y")
print(pcall(loadstring(code .. "trailing"), 1, 2))
for n = 1, 13 do print(n, loadstring(("\27bcdefghijklmnop"):sub(1, n), "=s")) end
local n = 0
print(load(function() n = n + 1 if n == 3 then error("reader") end return "\27bb" end))
print(load(function() n = n + 1 if n == 20 then error("reader") end return "\27bb" end))
