local function two() return 1, 2 end
print((two()))
print((two()), 3)
print(#{ (two()) }, #{ two() })
local a, b = (two())
print(a, b)
local t = { f = two }
print((t.f)(), ((t)).f(), (t)["f"]())
print(("x"):rep(3), ({ 10, 20 })[2], (function() return "iife" end)())
