-- The metatable is read raw: its own metatable is not asked.
local mt = setmetatable({}, { __index = { __add = function() return "no" end, __index = { x = "no" } } })
local t = setmetatable({}, mt)
print(t.x, (pcall(function() return t + 1 end)))
print(getmetatable(getmetatable(t)).__index.__index.x)
