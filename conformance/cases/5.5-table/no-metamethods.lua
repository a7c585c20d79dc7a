-- The library works on the table itself.
local t = setmetatable({}, { __index = function(_, k) return "ghost" .. k end, __newindex = function() error("called") end })
table.insert(t, "real")
print(#t, rawget(t, 1))
print(pcall(table.concat, t, ",", 1, 2))
print(table.remove(t), rawget(t, 1))
print(unpack(setmetatable({}, { __index = function() return 1 end }), 1, 2))
