local f = loadstring(string.dump(function(a, b) return a + b, "text", nil, true end))
print(type(f), f(1, 2))
print(string.dump(f):sub(1, 4) == "\27Lua", string.dump(f) == string.dump(f))
