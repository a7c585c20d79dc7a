local a, b = {}, {}
setmetatable(a, { __index = b })
setmetatable(b, { __index = a })
print(pcall(function() return a.x end))
local self = setmetatable({}, {})
getmetatable(self).__index = self
print(pcall(function() return self.missing end))
getmetatable(self).__newindex = self
print(pcall(function() self.missing = 1 end))
