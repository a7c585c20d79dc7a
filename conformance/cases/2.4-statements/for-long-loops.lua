local sum = 0
for i = 1, 100000 do sum = sum + i end print(sum)
sum = 0 for i = 100000, 1, -1 do sum = sum + i % 7 end print(sum)
sum = 0 for i = 0, 1000, 0.5 do sum = sum + i end print(sum)
local count = 0 for i = 1, 300 do for j = i, 300 do if (i + j) % 3 == 0 then count = count + 1 end end end print(count)
local t = {} for i = 1, 1000 do t[i] = i * i end
sum = 0 for i = #t, 1, -1 do sum = sum + t[i] end print(sum)
