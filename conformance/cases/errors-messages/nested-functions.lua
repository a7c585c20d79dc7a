local function level3(x) return x.y.z end
local function level2(x) local r = level3(x) return r end
local function level1(x) local r = level2(x) return r end
print(pcall(level1, {}))
print(pcall(level1))
print(pcall(level1, { y = 5 }))
print(pcall(level1, { y = { z = "deep" } }))
