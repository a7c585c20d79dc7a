local log = {}
local function see(x) log[#log + 1] = tostring(x) return x end
local _ = see(1) + see(2) * see(3) - see(4)
_ = see(5) < see(6)
_ = see "a" .. see "b" .. see "c"
_ = see(8) ^ see(1) ^ see(2)
print(table.concat(log, " "))
log = {}
local t = { see(1), see(2) }
t[see(1)], t[see(2)] = see(3), see(4)
print(table.concat(log, " "), t[1], t[2])
