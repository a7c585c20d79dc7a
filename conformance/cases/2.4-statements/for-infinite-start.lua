local seen = {}
for i = -math.huge, math.huge, math.huge do seen[#seen + 1] = i ~= i and "nan" or tostring(i) if #seen == 4 then break end end
print(table.concat(seen, " "))
for i = 1, 2, math.huge do print(i) end
for i = 2, 1, -math.huge do print(i) end
