local function three() return 1, 2, 3 end
local a = { three() }
local b = { three(), three() }
local c = { (three()) }
local d = { three(), nil }
local e = { x = three() }
local f = { [1] = "k", three() }
print(#a, #b, #c, d[1], d[2], e.x, f[1], f[3])
local g = { three(), n = 5, three() }
print(#g, g.n)
