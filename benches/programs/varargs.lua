-- Measures vararg functions, select, unpack and table.insert/remove of arguments.
local n = tonumber((...)) or 600000

local function sum_select(...)
  local total = 0
  for i = 1, select("#", ...) do total = total + (select(i, ...)) end
  return total
end

local function sum_table(...)
  local total = 0
  for _, value in ipairs { ... } do total = total + value end
  return total
end

local function pass(...) return ... end

local function bind(f, ...)
  local bound, count = { ... }, select("#", ...)
  return function(...)
    local arguments = { unpack(bound, 1, count) }
    for i = 1, select("#", ...) do arguments[count + i] = (select(i, ...)) end
    return f(unpack(arguments))
  end
end

local total = 0
local bound = bind(sum_select, 1, 2)
for i = 1, n do
  total = total + sum_select(i, 1, 2, 3)
  total = total + sum_table(1, i, 5)
  total = total + select("#", pass(pass(i, nil, i)))
  total = total + bound(i % 4, 7)
end
print("varargs", n, total)
