-- All right sides are evaluated before any assignment; the index of a target is evaluated before too.
local i, t = 3, {}
i, t[i] = i + 1, 20
print(i, t[3], t[4])
local x, y = 1, 2
x, y = y, x
print(x, y)
local a = { 1, 2, 3 }
local p = 1
p, a[p], a[p + 1] = 3, "one", "two"
print(p, a[1], a[2], a[3])
local q = { n = 1 }
local r = q
r.n, r = 5, nil
print(q.n, r)
