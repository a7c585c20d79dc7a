-- The left operand's handler is tried first, then the right one's.
local function tagged(tag) return setmetatable({}, { __add = function() return tag end }) end
local left, right, none = tagged "left", tagged "right", setmetatable({}, {})
print(left + right, right + left, none + right, left + none, 1 + right, "a" + left)
print(pcall(function() return none + 1 end))
print(pcall(function() return none + none end))
print((setmetatable({}, { __add = function() return 1, 2 end }) + 1))
