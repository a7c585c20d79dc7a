local base = { x = 1, y = 2 }
local t = setmetatable({ y = 20 }, { __index = base })
print(t.x, t.y, t.z, rawget(t, "x"))
base.z = 3
print(t.z)
t.x = 10
print(t.x, base.x)
t.x = nil
print(t.x)
