local function build(n) if n == 0 then return {} end local t = build(n - 1) t[n] = function() n = n + 100 return n end return t end
local t = build(3) print(t[1](), t[1](), t[2](), t[3](), t[1]())
local function outer(n) local function inner() if n == 0 then return "done" end n = n - 1 return inner() end return inner(), n end print(outer(5))
local depth = 0 local function rec(n) depth = depth + 1 local mine = depth local below = n > 0 and rec(n - 1) or "" return mine .. below end print(rec(3), depth)
