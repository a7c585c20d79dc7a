local a, b = 1, 2
print(debug.setlocal(1, 1, 10), debug.setlocal(1, 2, 20))
print(a, b)
print(debug.setlocal(1, 99, 0))
local c = 1
local function f() c = c + 1 return c end
print(debug.setlocal(1, 3, 40), c, f(), c)
