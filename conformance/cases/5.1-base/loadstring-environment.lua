x = "global"
local x = "local"
print(loadstring("return x")())
loadstring("x = 'changed'")()
print(x, _G.x)
print(loadstring("local function f() return x end return f")()())
print(loadstring("return getfenv(1) == _G")())
