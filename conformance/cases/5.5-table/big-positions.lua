print(pcall(table.insert, {}, 2^31 - 2, "x"))
local t = {}
table.insert(t, 1000000, "far")
print(t[1000000], #t)
print(table.remove({ 1, 2 }, -5), table.remove({ 1, 2 }, 1e9))
