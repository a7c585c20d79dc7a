print(table.getn {}, table.getn { 1, 2, 3 }, table.getn { n = 10 }, table.getn { 1, 2, n = 7 })
print(table.maxn {}, table.maxn { 1, 2, 3 }, table.maxn { [-5] = 1 }, table.maxn { [2.5] = 1, [2] = 1 })
print(table.maxn { [1e300] = 1 }, table.maxn { [math.huge] = 1, [5] = 2 }, table.maxn { x = 1, ["10"] = 2 })
print(table.maxn { nil, nil, 3 }, table.maxn { [100] = 1, [99] = 2 }, table.maxn { [0] = 1 }, table.maxn { [0.5] = 1 })
print(pcall(table.setn, {}, 1))
print(pcall(table.setn, {}))
print(pcall(table.setn))
print(pcall(table.setn, 5, 1))
print(pcall(function() table.setn({}, 3) end))
local t = { 1, 2, 3 }
t[3] = nil
print(table.maxn(t), table.getn(t))
t[10] = 1
print(table.maxn(t))
t[10] = nil
print(table.maxn(t))
