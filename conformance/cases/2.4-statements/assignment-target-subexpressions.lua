local order = {}
local function n(x) order[#order + 1] = tostring(x) return x end
local t = { {}, {} }
local function T(i) order[#order + 1] = "T" .. i return t[i] end
T(1)[n "a"], T(2)[n "b"], T(1)[n "c"] = n(1), n(2), n(3)
print(table.concat(order, " "))
print(t[1].a, t[2].b, t[1].c)
order = {}
T(1)[n(1) + n(2)], T(2)[n "x" .. n "y"] = T(2), T(1)
print(table.concat(order, " "))
print(t[1][3] == t[2], t[2].xy == t[1])
