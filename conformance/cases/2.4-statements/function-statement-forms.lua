function plain(a) return a end
local t = { inner = { deep = {} } }
function t.f(a) return "t.f", a end
function t.inner.g(a) return "t.inner.g", a end
function t.inner.deep:m(a) return self == t.inner.deep, a end
function t:n(...) return self == t, select("#", ...) end
local function loc() return "local" end
print(plain(1)) print(t.f(2)) print(t.inner.g(3)) print(t.inner.deep:m(4)) print(t:n(1, 2, nil)) print(loc())
local up function up() return "assigned to the local" end print(up(), _G.up)
function t.f.x() end
