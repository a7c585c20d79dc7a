local function r() return 1, 2, 3 end
local function none() end
print(#{ r() }, #{ r(), r() }, #{ (r()) }, #{ r(), nil }, #{ none() }, #{ none(), 1 }, #{ 1, none() })
print(#{ r(), 4 }, #{ 0, r() }, #{ x = r() }, #{ [1] = r() }, #{ r(), x = 1 }, #{ r(), [9] = 1 })
local t = { x = r(), y = none() } print(t.x, t.y)
local function v(...) return #{ ... }, #{ ..., 1 }, #{ 0, ... }, #{ (...) } end
print(v()) print(v(1)) print(v(1, 2, 3))
t = { r(), r() } print(t[1], t[2], t[3], t[4], t[5])
t = { r(); } print(#t)
