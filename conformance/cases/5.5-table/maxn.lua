print(table.maxn {}, table.maxn { 1, 2, 3 }, table.maxn { [10] = 1 }, table.maxn { 1, nil, 3 })
print(table.maxn { [1.5] = 1, [-2] = 1 }, table.maxn { x = 1 }, table.maxn { [1e6] = 1, 5 }, table.maxn { [0] = 1 })
print(pcall(table.maxn))
print(pcall(table.maxn, "x"))
