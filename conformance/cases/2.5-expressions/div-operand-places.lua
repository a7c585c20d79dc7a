-- operands and results of / in every kind of variable, and the name a message gives to a bad one
local up, bad_up = 6, nil
good, bad_global = 9, nil
local t = { x = 4, [1] = 5, inner = { y = 3 } }
function t:m() return 2 end
local function two() return 8, 1 end
local function vararg(...) return ... / 2, (...) / 3 end
local r
local a, b = 10, 3
r = a / b print(r)
a = a / b print(a)
b = a / b print(b)
up = up / 2 print(up)
good = good / up print(good)
t.x = t.x / t[1] print(t.x)
t[1] = t.inner.y / t:m() print(t[1])
t.new = two() / two() print(t.new)
print(vararg(5, 6), (vararg(7)))
print(a / b / 2, (a / b) / 2, a / (b / 2))
local function try(f, ...) print(select(2, pcall(f, ...))) end
try(function() local l; return l / 1 end)
try(function() local l; return 1 / l end)
try(function() return bad_up / 1 end)
try(function() return 1 / bad_up end)
try(function() return bad_global / 1 end)
try(function() return 1 / bad_global end)
try(function() return t.missing / 1 end)
try(function() return 1 / t.inner.missing end)
try(function() return t[a] / t[b] end)
try(function(...) return 1 / ... end)
try(function() return two() / nil end)
try(function() return {} / 1 end)
try(function() return t / t end)
try(function(p, q) return p / q end, 1, true)
try(function(p, q) return p / q end, false, 1)
try(function() local l = 1 l = l / t end)
try(function() up = up / t.nothing end)
