print(select("#", ...), ...)
local function inner(...) return select("#", ...) end
print(inner(...), inner(..., 1), inner(1, ...))
local f = loadstring("return select('#', ...), ...")
print(f()) print(f(1, nil, 3)) print(f(nil))
local g = loadstring("local a, b = ... return b, a")
print(g(1, 2), (g(3, 4)))
print(loadstring("return { ... }, arg")(5, 6)[2])
print(type(arg), arg[0])
