local a
local b, c = 1
local d, e = 1, 2, 3
print(a, b, c, d, e)
local f = a
print(f)
