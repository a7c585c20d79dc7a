local t = { inner = { deeper = {} } }
function t.plain(x) return x end
function t.inner.deeper.f(x) return x * 2 end
function t.inner:method(x) return self == t.inner, x end
print(t.plain(1), t.inner.deeper.f(2), t.inner:method(3))
function globalf() return "global" end
print(globalf(), _G.globalf == globalf)
local function rec(n) if n == 0 then return "done" end return rec(n - 1) end
print(rec(10))
local later = function(n) return later end
print(later(1))
