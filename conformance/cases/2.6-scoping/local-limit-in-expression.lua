local x = 1
local y = x + (function() local x = 10 return x end)()
print(y)
local x = x
x = x + 1
print(x)
local function f(x) local x = x or "default" return x end
print(f(), f(1))
