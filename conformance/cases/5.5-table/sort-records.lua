local people = { { "ann", 30 }, { "bob", 25 }, { "cyd", 30 }, { "dan", 20 } }
table.sort(people, function(a, b) if a[2] ~= b[2] then return a[2] < b[2] end return a[1] > b[1] end)
for _, p in ipairs(people) do print(p[1], p[2]) end
local keys = {}
for k in pairs { z = 1, y = 2, x = 3 } do keys[#keys + 1] = k end
table.sort(keys)
print(table.concat(keys))
