local t = {}
for i = 1, 200 do t[i] = i end
local sum = 0
for i = 1, 200 do sum = sum + (select(i, unpack(t))) - (select(-i, unpack(t))) end
print(sum, select("#", unpack(t)), (select(200, unpack(t))), select(-1, unpack(t)))
