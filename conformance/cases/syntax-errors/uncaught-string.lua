local a = 1
local b = "no end
print(a, b)
