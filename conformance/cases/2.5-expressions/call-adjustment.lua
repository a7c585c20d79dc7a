local function f(a, b) return a, b end
print(f(1), f(1, 2, 3))
print((f(1, 2)), f(1, 2))
print(f(f(1, 2)))
print(f(f(1, 2), 10))
local t = { f(1, 2), f(3, 4) }
print(#t, t[1], t[2], t[3])
local x = f(5, 6)
print(x, ({ f(7, 8) })[1], ({ f(7, 8) })[2])
