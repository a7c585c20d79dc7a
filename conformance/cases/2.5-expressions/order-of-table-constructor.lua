local function v(x) io.write(x, " ") return x end
local t = { [v "k1"] = v "v1", v "i1", n = v "v2", [v "k3"] = v "v3", v "i2" } print()
print(t.k1, t[1], t.n, t.k3, t[2])
t = { 1, 2, [1] = "explicit", [2] = "second", 3 } print(t[1], t[2], t[3])
t = { [1] = "a", "b" } print(t[1])
t = { "b", [1] = "a" } print(t[1])
t = { x = 1, x = 2 } print(t.x)
t = { x = v(1), ["x"] = v(2), x = nil } print(t.x)
local list = {} for i = 1, 60 do list[i] = "v(" .. i .. ")" end
_G.v = function(x) if x % 20 == 0 then io.write(x, " ") end return x end
print(#loadstring("return { " .. table.concat(list, ", ") .. ", [v(100)] = 1 }")())
