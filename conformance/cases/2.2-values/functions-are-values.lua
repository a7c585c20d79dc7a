local function apply(f, ...) return f(...) end
print(apply(math.max, 1, 5, 3), apply(function(a, b) return a .. b end, "x", "y"))
local t = { add = function(a, b) return a + b end, ["-"] = function(a, b) return a - b end }
print(t.add(1, 2), t["-"](5, 3), apply(t.add, 4, 5))
local old = print
print = function(...) old("wrapped", ...) end
print(1, 2)
print = old
print((function() return 1, 2 end)())
local function curry(f, a) return function(...) return f(a, ...) end end
print(curry(curry(math.max, 3), 9)(4))
