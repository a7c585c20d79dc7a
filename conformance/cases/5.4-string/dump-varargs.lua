local f = loadstring(string.dump(function(first, ...) return select("#", ...), first, ... end))
print(f(1, 2, 3))
print(loadstring(string.dump(loadstring("return ...")))(4, 5))
print(loadstring(string.dump(function(...) return arg.n, arg[1] end))(7, 8))
