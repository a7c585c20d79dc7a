local seed = 1
local function random() seed = (seed * 16807) % 2147483647 return seed end
for _, n in ipairs { 2, 3, 10, 100, 1000, 5000 } do
  local t = {}
  for i = 1, n do t[i] = random() % n end
  table.sort(t)
  local ok = #t == n
  for i = 2, n do ok = ok and t[i - 1] <= t[i] end
  table.sort(t, function(a, b) return a > b end)
  for i = 2, n do ok = ok and t[i - 1] >= t[i] end
  print(n, ok)
end
local sorted, same = {}, {}
for i = 1, 2000 do sorted[i], same[i] = i, 7 end
table.sort(sorted) table.sort(same)
print(sorted[1], sorted[2000], same[1000])
