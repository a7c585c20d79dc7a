local function f(t, ...) return type(t) == "table" and #t or t, select("#", ...) end
print(f {}) print(f { 1, 2 }) print(f "s") print(f [[long]]) print(f { 1, f { 2, 3 } })
local o = { m = function(self, x) return type(x) end } print(o:m {}, o:m "s", o:m [[l]], o:m(1), o:m())
print(f { n = 1 } + 5, f "a" .. "b", #{ f "x" })
print((f) "paren", (f) { 1 }, ({ f = f }).f { 1, 2, 3 })
print(type "x" == "string", #type {}, -tonumber "5", not type "x")
