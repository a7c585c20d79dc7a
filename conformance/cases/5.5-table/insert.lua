local t = {}
table.insert(t, "a")
table.insert(t, "b")
table.insert(t, 1, "first")
table.insert(t, 3, "mid")
table.insert(t, 5, "end")
print(table.concat(t, " "), #t)
table.insert(t, "2", "string position")
print(t[2], #t)
table.insert(t, 2.9, "cut")
print(t[2], #t)
local u = {}
table.insert(u, nil)
print(#u, select("#", table.insert(u, 1)))
