local t = { x = 1, [-1] = "m", [0] = "z", [1.5] = "h" }
table.insert(t, "a") table.insert(t, "b") table.insert(t, 1, "c")
print(t[1], t[2], t[3], t.x, t[-1], t[0], t[1.5], #t)
print(table.remove(t, 1), table.remove(t), table.remove(t), table.remove(t), #t, t[0])
