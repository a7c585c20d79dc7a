-- Two operands need the same handler function, not the same metatable.
local function handler() return true end
local a = setmetatable({}, { __eq = handler })
local b = setmetatable({}, { __eq = handler })
local c = setmetatable({}, { __eq = function() return true end })
print(a == b, a == c, c == a, a ~= b)
local d = setmetatable({}, { __eq = function() return nil end })
local e = setmetatable({}, getmetatable(d))
print(d == e, d ~= e)
local f = setmetatable({}, { __eq = function() return "truthy" end })
print(f == setmetatable({}, getmetatable(f)))
