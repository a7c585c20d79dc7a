-- 5.1 fills a local "arg" only in functions that do not use "...".
local function old(...) return arg and arg.n, arg and arg[1] end
print(old(10, 20, 30))
local function new(...) local n = select("#", ...) return n, type(arg) end
print(new(1, 2))
local function fixed(a) return type(arg) end
print(fixed(1))
