-- Metamethods are looked up at each operation.
local mt = {}
local t = setmetatable({}, mt)
print(pcall(function() return t + 1 end))
mt.__add = function() return "added" end
print(t + 1)
mt.__add = nil
print((pcall(function() return t + 1 end)))
mt.__index = { x = 1 }
print(t.x)
mt.__index = nil
print(t.x)
rawset(mt, "__index", function() return "f" end)
print(t.x)
setmetatable(t, { __index = { x = "other" } })
print(t.x)
