local function chain(n) local t = { key = "end" } for i = 1, n do t = setmetatable({}, { __index = t }) end return t end
print(chain(90).key, chain(98).key, chain(99).key)
print(pcall(function() return chain(100).key end)) print(pcall(function() return chain(101).key end)) print(pcall(function() return chain(99).nokey end)) print(pcall(function() return chain(100).nokey end))
local t = {} setmetatable(t, { __index = t }) print(pcall(function() return t.x end))
local a, b = {}, {} setmetatable(a, { __index = b }) setmetatable(b, { __index = a }) print(pcall(function() return a.x end)) print(rawget(a, "x"))
