local seen = {}
local t = setmetatable({}, { __index = function(_, key) seen[#seen + 1] = key return ({ year = 2000, month = 1, day = 1 })[key] end })
print(os.time(t))
print(table.concat(seen, " "))
print(os.time(setmetatable({ day = 2 }, { __index = { year = 2000, month = 1 } })))
print(pcall(os.time, setmetatable({}, { __index = function() error("no field", 0) end })))
