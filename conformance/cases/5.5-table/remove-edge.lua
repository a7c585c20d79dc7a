local t = { 1, 2, 3 }
print(table.remove(t, 4), table.remove(t, 10), #t)
print(table.remove(t, 0), #t)
print(table.remove(t, -1), #t)
print(table.remove(t, 3), #t, t[3])
t[0] = "zero"
print(table.remove({ [0] = "z" }, 0), #t)
print(pcall(table.remove))
print(pcall(table.remove, nil))
print(pcall(table.remove, {}, "x"))
print(pcall(table.remove, { 1 }, {}))
