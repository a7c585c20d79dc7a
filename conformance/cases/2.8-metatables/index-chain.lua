local a = { one = 1 }
local b = setmetatable({ two = 2 }, { __index = a })
local c = setmetatable({ three = 3 }, { __index = b })
local d = setmetatable({}, { __index = c })
print(d.one, d.two, d.three, d.four)
setmetatable(a, { __index = function(_, k) return "end:" .. k end })
print(d.four, d.one)
local s = setmetatable({}, { __index = "text" })
print(s.len == string.len, s.upper("x"))
