-- LUA_COMPAT_VARARG: a vararg function that does not use ... has a local table arg
local function uses() return arg end
local function has(...) return arg end
local function both(...) local n = select("#", ...) return arg end
local function named(a, ...) return arg, a end
print(type(uses()), uses() == _G.arg)
local t = has(1, nil, 3) print(type(t), t.n, t[1], t[2], t[3], #t >= 1)
print(both(1) == _G.arg)
local t2, a = named("first", 2, 3) print(t2.n, t2[1], t2[2], a)
print(has().n, has(nil).n, has(nil, nil).n)
local function modify(...) arg[1] = "changed" arg.n = 9 return arg end
local m = modify(1, 2) print(m[1], m[2], m.n)
local function inner(...) return (function() return arg end)() end
print(inner(1, 2).n)
local function nested(...) return (function(...) return arg end)(7) end
print(nested(1, 2).n)
local function shadow(...) local arg = "mine" return arg end print(shadow(1))
local function param(arg, ...) return arg end print(type(param(5, 6)))
