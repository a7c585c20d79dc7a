local function f(a, b, c, ...) return a, b, c, select("#", ...), ... end
print(f()) print(f(1)) print(f(1, 2)) print(f(1, 2, 3)) print(f(1, 2, 3, 4)) print(f(1, 2, 3, nil, 5))
local function g(a, ...) a = "changed" return a, ... end print(g(1, 2))
local function h(a, ...) local b = ... a, b = b, a return a, b, ... end print(h(1, 2, 3))
local function rest(_, ...) return ... end print(rest(1, 2, 3)) print(select("#", rest()))
local function recurse(n, ...) if n == 0 then return ... end return recurse(n - 1, n, ...) end
print(recurse(5)) print(select("#", recurse(100)))
