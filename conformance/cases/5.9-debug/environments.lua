local e = {}
local function f() return x end
print(debug.getfenv(f) == _G, debug.setfenv(f, e) == f)
e.x = 5
print(f(), debug.getfenv(f) == e)
print(debug.getfenv(1), debug.getfenv("x"), debug.getfenv({}))
print(pcall(debug.setfenv, 1, {}))
print(pcall(debug.setfenv, f, 1))
print(pcall(debug.setfenv, f))
print(pcall(debug.getfenv))
