local t = { "a" }
table.insert(t, nil)
print(#t, t[2])
table.insert(t, 1, nil)
print(t[1], t[2])
print(pcall(table.insert, t, nil, 1))
print(select("#", table.insert({}, 1)), select("#", table.insert({}, 1, 1)))
