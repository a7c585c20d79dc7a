local function v(...)
  local a, b = ...
  return select("#", ...), a, b, ...
end
print(v())
print(v(nil))
print(v(1, 2, 3))
print((v(1)))
local function count(...) return #{ ... }, select("#", ...) end
print(count(1, 2, 3), count())
local function mixed(first, ...) return first, select("#", ...), ... end
print(mixed(1), mixed(1, 2, 3))
