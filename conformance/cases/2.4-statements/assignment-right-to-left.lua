-- the values are all evaluated first; then the last target is assigned first
local log = setmetatable({}, { __newindex = function(t, k, v) print("set", k, v) rawset(t, k, v) end })
log.a, log.b, log.c = 1, 2, 3
local function note(v) print("eval", v) return v end
log[note "x"], log[note "y"] = note(10), note(20)
local same = setmetatable({}, { __newindex = function(t, k, v) print("same", k, v) end })
same.k, same.k, same.k = 1, 2, 3
a, a, a = "first", "second", "third" print(a)
local l l, l = 1, 2 print(l)
