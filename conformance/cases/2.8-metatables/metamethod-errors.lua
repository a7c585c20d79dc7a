local t = setmetatable({}, { __add = function() error("from add") end, __index = function(_, k) error("no field " .. k, 2) end })
print(pcall(function() return t + 1 end))
print(pcall(function()
  local v = t.field
  return v
end))
local strict = setmetatable({}, { __newindex = function(_, k) error("cannot set " .. k, 2) end })
print(pcall(function() strict.x = 1 end))
