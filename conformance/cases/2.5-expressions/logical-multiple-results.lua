local function f() return 1, 2, 3 end
local function n() return nil, 2 end
print(f() and f()) print((f() and f())) print(f() or f()) print(n() or f()) print(n() and f())
print(select("#", true and f()), select("#", false or f()), select("#", (f())))
local t = { f() and f() } print(#t)
local function g(...) return ... and ..., ... or 9 end
print(g(1, 2)) print(g()) print(g(false, 1))
