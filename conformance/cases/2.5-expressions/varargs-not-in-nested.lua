print(loadstring("local function f(...) return function() return ... end end", "=c"))
print(loadstring("function f() return ... end", "=c"))
print(loadstring("return ...", "=c")(1, 2))
print(loadstring("local t = {...} return #t", "=c")(1, 2, 3))
