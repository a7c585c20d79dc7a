local Money = {}
Money.__index = Money
Money.__lt = function(a, b) return a.cents < b.cents end
local t = {}
for i, cents in ipairs { 5, 3, 9, 1, 7, 3 } do t[i] = setmetatable({ cents = cents }, Money) end
table.sort(t)
local line = {}
for i, m in ipairs(t) do line[i] = m.cents end
print(table.concat(line, " "))
t[3] = { cents = 2 }
print(pcall(table.sort, t))
local other = { __lt = function() return false end }
print(pcall(table.sort, { setmetatable({}, Money), setmetatable({}, other) }))
