local t = {}
for i = 1, 40 do t[i] = i end
local order = {}
while #t > 0 do order[#order + 1] = table.remove(t, (#t * 7) % #t + 1) end
print(table.concat(order, " "))
for i = 1, 40 do t[i] = i end
order = {}
while #t > 0 do order[#order + 1] = table.remove(t, math.ceil(#t / 2)) end
print(table.concat(order, " "), next(t))
