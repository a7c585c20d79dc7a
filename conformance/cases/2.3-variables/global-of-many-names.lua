for i = 1, 300 do loadstring("g" .. i .. " = " .. i)() end
local sum = 0
for i = 1, 300 do sum = sum + loadstring("return g" .. i)() end
print(sum, g1, g150, g300, g301)
local names = {} for i = 1, 300 do names[i] = "g" .. i end
print(loadstring("return " .. table.concat(names, " + "))())
