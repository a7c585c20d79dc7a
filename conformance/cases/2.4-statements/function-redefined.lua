function f() return 1 end
local old = f
function f() return 2 end
print(old(), f(), old == f)
local function g() return "a" end
local h = g
local function g() return "b" end
print(h(), g())
local function r(n) if n == 0 then return "inner" end return r(n - 1) end
local s = r r = function() return "replaced" end
print(s(1), s(0))
