-- ipairs and pairs read the table itself in 5.1; __pairs and __index do not matter.
local t = setmetatable({ 1, 2 }, { __index = { 10, 20, 30, 40 }, __pairs = function() error("no") end, __ipairs = error })
for i, v in ipairs(t) do print(i, v) end
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n, t[3])
print(table.concat({ 1, 2 }), #t, unpack(t, 1, 4))
