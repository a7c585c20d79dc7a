local log = {}
local t = setmetatable({ a = 1 }, { __index = function(self, key) log[#log + 1] = tostring(key) return key, "dropped" end })
print(t.a, t.b, t[5], t[true])
print(table.concat(log, " "))
print(select("#", t.x), (t.y))
local f = setmetatable({}, { __index = function() end })
print(f.x, select("#", f.x))
