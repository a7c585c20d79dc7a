-- Measures memory: many distinct strings kept as keys and values, looked up and dropped.
local n = tonumber((...)) or 160000

local names, totals = {}, {}
for i = 1, n do
  local name = "session:" .. i * 7919 % 1000003 .. ":user:" .. i % 5000
  names[i] = name
  totals[name] = i % 89
end
local hits, sum = 0, 0
for round = 1, 3 do
  for i = round, n, 2 do
    local rebuilt = "session:" .. i * 7919 % 1000003 .. ":user:" .. i % 5000
    local value = totals[rebuilt]
    if value and rebuilt == names[i] then
      hits, sum = hits + 1, sum + value
      totals[rebuilt] = value + round
    end
  end
end
for i = 1, n, 2 do totals[names[i]] = nil end
local left = 0
for _ in pairs(totals) do left = left + 1 end
print("many_strings", n, hits, sum, left)
