local sum, names = 0, {}
for k, v in next, { 1, 2, 3, a = 10, b = 20 } do sum = sum + v names[#names + 1] = tostring(k) end
table.sort(names)
print(sum, table.concat(names))
print(pairs({}) == next, select(2, pairs("x" and {})) ~= nil, select("#", pairs {}), select(3, pairs {}))
for k, v in next, { [1] = "only" }, nil do print(k, v) end
for k, v in next, { "a", "b", "c" }, 1 do print(k, v) end
