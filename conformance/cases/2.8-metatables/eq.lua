local calls = 0
local mt = { __eq = function(a, b) calls = calls + 1 return a.v == b.v end }
local function new(v) return setmetatable({ v = v }, mt) end
local a, b, c = new(1), new(1), new(2)
print(a == b, a == c, a ~= b, a ~= c, calls)
print(a == a, rawequal(a, b), calls)
print(a == 1, a == nil, a == "x", calls)
print(a == setmetatable({ v = 1 }, {}), calls)
print(a == { v = 1 }, calls)
