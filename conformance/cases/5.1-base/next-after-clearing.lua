-- A key may be set to nil while its table is walked, and assigned to if it is there.
local t = {}
for i = 1, 50 do t[i] = i t["k" .. i] = i t[i + 0.5] = i end
local n = 0
for k in pairs(t) do n = n + 1 t[k] = nil end
print(n, next(t))
for i = 1, 50 do t["k" .. i] = i end
n = 0
for k, v in pairs(t) do n = n + 1 t[k] = -v end
local sum = 0
for _, v in pairs(t) do sum = sum + v end
print(n, sum)
