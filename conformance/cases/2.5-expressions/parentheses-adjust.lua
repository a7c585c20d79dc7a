local function f() return 1, 2 end
print((f())) print((f()), f()) print(((f()))) print(#{ (f()) }, #{ (f()), (f()) })
local function v(...) return (...), ... end print(v(1, 2, 3)) print(select("#", (v())))
local t = { f = f } print((t.f())) print((t).f()) print((t.f)())
local a = (f()) local b, c = (f()) print(a, b, c)
local function r() return (f()) end print(r()) local function s() return ((f())), (f()) end print(s())
print(((1 + 2)) * (3), (("x")), ((nil)), (((true))))
for x in (function() return nil end) do end
if (f()) == 1 then print "one" end
print(pcall((error), "message", 0))
