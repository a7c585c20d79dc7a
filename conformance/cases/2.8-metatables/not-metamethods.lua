-- Logic, "not" and the truth test never call a handler.
local t = setmetatable({}, { __not = function() error("no") end, __bool = function() error("no") end })
print(not t, t and 1, not not t)
if t then print("true") end
print(t ~= nil, t == false)
