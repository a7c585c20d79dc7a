local function f(...)
  local a, b, c = ...
  local d = ...
  local e, g = (...), 5
  return tostring(a) .. tostring(b) .. tostring(c) .. tostring(d) .. tostring(e) .. tostring(g)
end
print(f(), f(1), f(1, 2, 3, 4))
local function tail(...) return select(2, ...) end
print(tail(1, 2, 3))
local function closure(...) local args = { ... } return function() return unpack(args) end end
print(closure(4, 5, 6)())
local function inner(...)
  return (function(...) return select("#", ...) end)(..., "x")
end
print(inner(1, 2, 3))
