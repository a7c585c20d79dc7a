local a, b = 1, 2
local function f() b = (b or 10) + 1 return a, b end
f()
local g = loadstring(string.dump(f))
print(g())
print(g())
print(f())
local h = loadstring(string.dump(f))
print(h())
