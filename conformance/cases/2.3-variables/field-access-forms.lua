local t = { a = { b = { c = 1 } }, ["x y"] = 2, [1] = 3, [-1] = 4, [0.5] = 5 }
print(t.a.b.c, t["a"]["b"]["c"], t.a["b"].c, t["x y"], t[1], t[-1], t[0.5], t[1 - 0.5])
local k = "a" print(t[k].b.c, t["a" .. ""].b.c, t[("A"):lower()].b.c)
t.a.b.c = t.a.b.c + 1 print(t.a.b.c)
t["a"].b["d"] = "new" print(t.a.b.d)
print((t).a.b.c, (t.a).b.c, (t.a.b).c, ({ z = 9 }).z)
