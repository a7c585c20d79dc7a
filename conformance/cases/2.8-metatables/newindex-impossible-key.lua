-- nil and NaN are refused as keys before __newindex is asked; where it is a table, or another type's, the target decides.
local t = setmetatable({}, { __newindex = function() print("called") end })
print(pcall(function() t[nil] = 1 end))
print(pcall(function() t[0/0] = 1 end))
print(pcall(function() t[nil] = nil end))
local u = setmetatable({}, { __newindex = t })
print(pcall(function() u[nil] = 1 end))
print(pcall(function() return t[nil], t[0/0] end))
t[1] = 1
local p = newproxy(true)
getmetatable(p).__newindex = function(_, key) print("proxy", key) end
p[nil] = 1
