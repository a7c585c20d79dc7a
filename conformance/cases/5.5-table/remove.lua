local t = { "a", "b", "c", "d" }
print(table.remove(t), #t)
print(table.remove(t, 1), #t, t[1], t[2])
print(table.remove(t, "1"), #t)
print(table.remove(t), table.remove(t), #t)
print(select("#", table.remove({})), table.remove({}))
print(select("#", table.remove({ 1 }, 5)))
