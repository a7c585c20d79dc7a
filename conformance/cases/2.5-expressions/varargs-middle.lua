local function f(...) return ... end
local function g(...) return (...), ..., "end" end
print(f(1, 2), f(3, 4))
print(g(1, 2))
print(#{ f(1, 2, 3), 9 }, ({ f(1, 2, 3), 9 })[2])
