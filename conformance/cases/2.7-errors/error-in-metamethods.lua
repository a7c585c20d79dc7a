local m = {} local t = setmetatable({}, m)
local function fails() error("handler") end
for _, event in ipairs { "__index", "__newindex", "__add", "__concat", "__unm", "__call", "__eq", "__lt", "__le", "__tostring" } do m[event] = fails end
local other = setmetatable({}, m)
print(pcall(function() return t.x end)) print(pcall(function() t.x = 1 end)) print(pcall(function() return t + 1 end)) print(pcall(function() return t .. "" end)) print(pcall(function() return -t end)) print(pcall(function() return t() end))
print(pcall(function() return t == other end)) print(pcall(function() return t < other end)) print(pcall(function() return t <= other end)) print(pcall(tostring, t)) print(pcall(print, t)) print(pcall(t))
m.__index = function() error("level two", 2) end
print(pcall(function() return t.x end)) print(pcall(function() return t.x.y end))
