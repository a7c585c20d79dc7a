print(table.concat({}), table.concat({}, ","), table.concat({ "a" }, ","), table.concat({ "a", "b", "c" }), table.concat({ "a", "b" }, ", "))
print(table.concat({ 1, 2.5, "x" }, "-"), table.concat({ 1, 2, 3 }, ",", 2), table.concat({ 1, 2, 3 }, ",", 2, 2), table.concat({ 1, 2, 3 }, ",", 3, 2))
print(table.concat({ 1, 2 }, 0), table.concat({ "a", "b" }, "\0"):byte(1, -1))
print(table.concat({ [0] = "z", "a" }, ",", 0, 1), table.concat({ [5] = "f" }, ",", 5, 5), table.concat({ 1, 2, 3 }, nil, "2"))
