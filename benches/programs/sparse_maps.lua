-- Measures memory: hash tables with integer and float keys, growth, deletion and traversal with next.
local n = tonumber((...)) or 800000

local map = {}
for i = 1, n do map[i * 1000003 % 8388593] = i end
local found = 0
for i = 1, n do
  if map[i * 1000003 % 8388593] == i then found = found + 1 end
  if map[i * 3 + 0.5] then found = found + 1 end
end
local sum, count = 0, 0
for key, value in pairs(map) do
  sum, count = (sum + key * (value % 3)) % 1000003, count + 1
end
for key, value in next, map do
  if value % 2 == 0 then map[key] = nil end
end
local halves = {}
for i = 1, n / 4 do halves[i + 0.5] = i end
local left = 0
for _ in pairs(map) do left = left + 1 end
print("sparse_maps", n, found, sum % 1000003, count, left, halves[10.5])
