-- Measures memory: a large array of small records with named fields, then updates and scans.
local n = tonumber((...)) or 300000

local records = {}
for i = 1, n do records[i] = { id = i, group = i % 97, score = i * 13 % 1001, active = i % 4 ~= 0 } end
for round = 1, 60 do
  for i = round, n, 3 do
    local record = records[i]
    record.score = (record.score * 7 + round) % 1001
    if record.score < 20 then record.active = not record.active end
  end
end
local groups = {}
for i = 1, n do
  local record = records[i]
  if record.active then groups[record.group] = (groups[record.group] or 0) + record.score end
end
local sum = 0
for group = 0, 96 do sum = (sum * 31 + groups[group]) % 1000003 end
print("many_records", n, sum, groups[0], groups[96])
