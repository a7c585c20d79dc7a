x = 5
local x = x + 1 print(x)
local x, y = y, x print(x, y)
local f = function() return f end print(f())
local function g() return g end print(g() == g)
local a, a = 1, 2 print(a)
local b = b print(b)
