local n = 0
local function inc() n = n + 1 return n end
local function get() return n end
inc()
print(debug.setupvalue(inc, 1, 41))
print(inc(), get(), n)
print(debug.setupvalue(inc, 2, 1))
print(debug.setupvalue(print, 1, 1))
