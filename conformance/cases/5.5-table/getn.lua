print(table.getn { 1, 2, 3 }, table.getn {}, table.getn { n = 10 })
print(pcall(table.getn))
print(pcall(table.getn, 5))
print(pcall(table.setn, {}, 5))
