local seen = {}
local t = setmetatable({}, {__index = function(_, k) return k end, __lt = function() return true end})
debug.sethook(function(e) seen[#seen + 1] = e end, "cr")
local a = t.x
local b = t < t
debug.sethook()
print(table.concat(seen, " "))
