-- Measures table.sort calling a Lua comparator on records.
local n = tonumber((...)) or 90000

local seed = 2024
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local players = {}
for i = 1, n do
  players[i] = { id = i, score = random(500), name = "p" .. random(100000) }
end
table.sort(players, function(a, b)
  if a.score ~= b.score then return a.score > b.score end
  return a.id < b.id
end)
local sum = 0
for rank = 1, n do sum = (sum * 17 + players[rank].id) % 1000003 end

table.sort(players, function(a, b)
  if a.name ~= b.name then return a.name < b.name end
  return a.id < b.id
end)
for rank = 1, n do sum = (sum * 17 + players[rank].id) % 1000003 end
print("table_sort_comparator", n, sum)
