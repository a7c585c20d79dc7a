local t = { a = { b = { c = "deep" } } }
print(t.a.b.c, t["a"]["b"]["c"], t.a["b"].c)
t.a.b.d = 1
t["a"].b["e f"] = 2
print(t.a.b.d, t.a.b["e f"])
local k = "a"
print(t[k].b.c, t.k)
