-- 5.1 does not check the position: a far one grows the table to it.
local t = { 1, 2 }
table.insert(t, 5, "far")
print(t[5], t[3], rawget(t, 4))
local u = { "a", "b" }
table.insert(u, 0, "zero")
print(u[0], u[1], u[2], u[3])
local v = { "a" }
table.insert(v, -1, "neg")
print(v[-1], v[0], v[1], v[2])
