local nan, count = 0/0, 0
for i = 1, nan do count = count + 1 end
for i = nan, 1 do count = count + 1 end
for i = 1, 3, nan do count = count + 1 end
print(count)
for i = 1, math.huge do count = i if i == 5 then break end end
print(count)
for i = 1, -math.huge do count = 99 end
print(count)
for i = math.huge, math.huge do count = i break end
print(count)
for i = -3, -1 do count = i end
print(count)
