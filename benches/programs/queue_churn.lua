-- Measures memory: a queue kept at a steady length while entries come and go, and weak caches beside it.
local n = tonumber((...)) or 1200000
local window = 60000

local items, first, last, sum = {}, 1, 0, 0
local index = {}
for i = 1, n do
  last = last + 1
  local entry = { key = i, cost = i * 17 % 251 }
  items[last] = entry
  index[i % 4096] = entry
  if last - first >= window then
    local oldest = items[first]
    items[first] = nil
    first = first + 1
    sum = (sum + oldest.cost * (oldest.key % 5)) % 1000003
  end
end
local recent = 0
for i = 0, 4095 do recent = recent + index[i].cost end
print("queue_churn", n, last - first + 1, sum, recent)
