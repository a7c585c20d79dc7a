local function f() return x end
x = "global"
print(f())
print(setfenv(f, { x = "local" }) == f)
print(f(), x)
local function g() y = 5 return y end
local env = {}
setfenv(g, env)
print(g(), env.y, y)
