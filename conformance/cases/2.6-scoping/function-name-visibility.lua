local function f() return f end print(f() == f) local g = function() return g end print(g()) h = function() return h end print(h() == h)
local function a() return b end local function b() return a end print(a(), b() == a)
local c, d function c() return d() end function d() return "d" end print(c())
do local function hidden() end end print(hidden) local t = { f = function() return t end } print(t.f())
