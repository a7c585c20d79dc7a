local log = {}
local function see(x) log[#log + 1] = x return x end
local function sink(...) return select("#", ...) end
print(sink(see(1), see(2), see(3)), table.concat(log, " "))
log = {}
local t = setmetatable({}, { __index = function(_, k) log[#log + 1] = "index " .. k return sink end })
t.f(see "a", see "b")
print(table.concat(log, ", "))
log = {}
t:g(see "c")
print(table.concat(log, ", "))
