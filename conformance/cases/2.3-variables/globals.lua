print(undefined, _G.undefined)
x = 5
print(x, _G.x, _G["x"], rawget(_G, "x"))
_G.y = 6
print(y)
local function set() z = x + y end
set()
print(z, _G._G == _G)
x = nil
print(x)
