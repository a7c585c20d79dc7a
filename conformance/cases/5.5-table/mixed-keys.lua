local f, u = function() end, {}
local t = { [1] = "int", [1.5] = "float", ["1"] = "string", [true] = "bool", [f] = "function", [u] = "table" }
print(t[1], t[1.5], t["1"], t[true], t[f], t[u], t[false], t[2])
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n)
t[1], t[1.5], t["1"], t[true], t[f], t[u] = nil
print(next(t))
