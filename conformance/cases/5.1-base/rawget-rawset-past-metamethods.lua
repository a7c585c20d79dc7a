local log = {}
local t = setmetatable({}, { __index = function() log[#log + 1] = "i" end, __newindex = function() log[#log + 1] = "n" end })
print(rawget(t, "x"), rawset(t, "x", 1) == t, rawget(t, "x"), #log)
print(t.y, #log) t.z = 1 print(rawget(t, "z"), #log)
print(rawset(t, 1, "a") == t, rawget(t, 1), rawget(t, 1.0), rawget(t, "1"))
print(rawset(t, "x", nil) == t, rawget(t, "x"))
