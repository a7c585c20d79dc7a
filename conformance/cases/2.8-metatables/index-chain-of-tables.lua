local a, b, c = { x = 1 }, { y = 2 }, { z = 3 }
setmetatable(c, { __index = b }) setmetatable(b, { __index = a })
print(c.x, c.y, c.z, c.w, rawget(c, "x"))
a.w = "late" print(c.w) b.x = "nearer" print(c.x) c.x = "own" print(c.x, b.x, a.x) c.x = nil print(c.x)
local chain = {} local top = chain for i = 1, 50 do top = setmetatable({}, { __index = top }) end chain.deep = "found" print(top.deep, top.none)
print(top[1], top[true], top[1.5]) chain[1] = "int" chain[true] = "bool" print(top[1], top[true])
