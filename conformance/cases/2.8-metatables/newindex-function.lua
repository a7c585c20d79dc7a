local log = {}
local t = setmetatable({ old = 1 }, { __newindex = function(self, k, v) log[#log + 1] = k .. "=" .. tostring(v) rawset(self, k, v) end })
t.old = 2
t.new = 3
t.new = 4
t.other = nil
t[1] = "one"
print(table.concat(log, " "), t.old, t.new, t[1])
t.new = nil
t.new = 5
print(log[#log])
