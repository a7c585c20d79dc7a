-- Assigning to existing fields, even nil, is allowed while traversing.
local t, count = {}, 0
for i = 1, 100 do t[i] = i t["k" .. i] = i end
for k in pairs(t) do t[k] = nil count = count + 1 end
print(count, next(t))
for i = 1, 10 do t[i] = i end
for k, v in pairs(t) do t[k] = v * 2 end
print(t[1], t[10])
