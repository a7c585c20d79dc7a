local t = {}
for round = 1, 20 do
  for i = 1, 100 do t["k" .. round .. "_" .. i] = i end
  for i = 1, 100 do t["k" .. round .. "_" .. i] = nil end
end
print(next(t))
for i = 1, 1000 do t["x" .. i] = i end
for i = 1, 1000, 2 do t["x" .. i] = nil end
local n, sum = 0, 0
for k, v in pairs(t) do n, sum = n + 1, sum + v end
print(n, sum, t.x2, t.x3)
