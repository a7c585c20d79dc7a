local function two() return "r1", "r2" end
local a, b, c = 1 print(a, b, c)
a, b, c = two() print(a, b, c)
a, b, c = two(), "last" print(a, b, c)
a, b = two(), two() print(a, b)
a, b, c = 0, two() print(a, b, c)
a = two(), print("evaluated though unused")
a, b = (two()) print(a, b)
a, b = 1, 2, print("third value") print(a, b)
local function none() end
a, b = none() print(a, b)
a, b = none(), 1 print(a, b)
a, b = 1, none() print(a, b)
