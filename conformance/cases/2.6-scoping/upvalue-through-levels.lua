local a = 1
local function l1() local b = 2 return function() local c = 3 return function() local d = 4 return function(...) a, b, c, d = a + 1, b + 1, c + 1, d + 1 return a, b, c, d, ... end end end end
local f = l1()()() print(f "x") print(f()) local g = l1()()() print(g()) print(a)
local function deep(n, acc) if n == 0 then return function() return acc end end return deep(n - 1, acc .. n) end print(deep(5, "")())
local x = 0 local function nest() return function() return function() x = x + 1 return x end end end print(nest()()(), nest()()(), x)
