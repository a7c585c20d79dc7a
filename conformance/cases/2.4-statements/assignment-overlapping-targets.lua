local a, b, c = 1, 2, 3
a, b = b, a print(a, b)
a, b, c = c, a, b print(a, b, c)
local i, t = 1, {}
i, t[i] = i + 1, "x" print(i, t[1], t[2])
local t2 = { 1, 2, 3 }
local j = 1
j, t2[j], t2[j + 1] = 2, "a", "b" print(j, t2[1], t2[2], t2[3])
local u = { v = { w = 1 } }
local function up() u, u.v = { v = "new" }, "old field" return u end
print(up().v)
t, t.field = { field = "in new" }, "lost" print(t.field)
