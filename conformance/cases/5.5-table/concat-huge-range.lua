-- The range is walked from its start: the first missing element ends it.
print(pcall(table.concat, { "a" }, ",", 1, 2^31 - 1))
print(pcall(table.concat, { "a" }, ",", 2^31 - 1, 2^31 - 1))
print(pcall(table.concat, { [2^31 - 1] = "last" }, ",", 2^31 - 1, 2^31 - 1))
print(pcall(table.concat, { [-2^31] = "first" }, ",", -2^31, -2^31))
print(pcall(table.concat, {}, ",", 5, 4), pcall(table.concat, {}, ",", 0, -1))
