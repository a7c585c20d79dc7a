local make = loadstring("local n = ... return function() n = n + 1 return n end")
local a, b = make(10), make(100)
print(a(), a(), b(), a(), b())
print(loadstring("return 1") == loadstring("return 1"), type(loadstring("return _G")()), loadstring("return _G")() == _G)
x = nil
loadstring("x = 42")() print(x)
local y = 1
print(loadstring("return y")())
print(loadstring("local function f() return f end return f() == f")())
