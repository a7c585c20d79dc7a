local function f(...) return select(2, ...) end
print(f(1, 2, 3))
local function g(t) return unpack(t) end
print(g { 1, 2 })
local function h(...) return pcall(error, ...) end
print(h("x", 0))
local function k() return tostring(12) end
print(k() .. "!")
