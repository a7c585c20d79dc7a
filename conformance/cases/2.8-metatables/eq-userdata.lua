local a = newproxy(true)
local b = newproxy(a)
print(a == b, getmetatable(a) == getmetatable(b))
getmetatable(a).__eq = function() return true end
print(a == b, a ~= b, rawequal(a, b))
getmetatable(a).__lt = function() return false end
print(a < b, a <= b, a == 1)
