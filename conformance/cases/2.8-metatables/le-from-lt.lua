-- Without __le, a <= b is not (b < a).
local mt = { __lt = function(a, b) return a.v < b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local a, b = new(1), new(2)
print(a <= b, b <= a, a <= a, a >= b, b >= a)
local n = setmetatable({}, { __lt = function() return nil end })
local m = setmetatable({}, getmetatable(n))
print(n <= m, n < m, n >= m)
