-- Much garbage in many shapes while live data must survive.
local live = {}
for i = 1, 200 do live[i] = { id = i, name = "n" .. i } end
for round = 1, 50 do
  for i = 1, 200 do
    local junk = { round, { i }, "junk" .. round * i, function() return i end }
    live[i].last = junk
    if i % 50 == 0 then live[i] = { id = i, name = "n" .. i, last = junk } end
  end
end
local ok = true
for i = 1, 200 do ok = ok and live[i].id == i and live[i].name == "n" .. i and live[i].last[4]() == i end
print(ok)
