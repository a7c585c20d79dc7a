local log = {}
local mt = {
  __lt = function(a, b) log[#log + 1] = "lt " .. a.v .. b.v return a.v < b.v end,
  __le = function(a, b) log[#log + 1] = "le " .. a.v .. b.v return a.v <= b.v end,
}
local function new(v) return setmetatable({ v = v }, mt) end
local a, b = new(1), new(2)
print(a < b, a > b, a <= b, a >= b, not (a < b))
print(table.concat(log, ", "))
local t = { new(3), new(1), new(2) }
table.sort(t)
print(t[1].v, t[2].v, t[3].v)
