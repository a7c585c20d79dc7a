local f, s, c = pairs { 1 }
print(f == next, type(s), c)
local keys = {}
for k, v in pairs { a = 1, b = 2, 10, 20 } do keys[#keys + 1] = tostring(k) .. "=" .. v end
table.sort(keys)
print(table.concat(keys, " "))
for k, v in pairs {} do print("never") end
print(pcall(pairs))
print(pcall(pairs, nil))
print(pcall(pairs, "str"))
