-- math.sinh: every kind of value at every position, the other arguments being right.
local function show(ok, ...)
  local out = { tostring(ok) }
  for i = 1, select("#", ...) do
    local v = (select(i, ...))
    local kind = type(v)
    out[#out + 1] = (kind == "string" or kind == "number" or kind == "boolean" or kind == "nil") and tostring(v) or kind
  end
  print(table.concat(out, "\t"))
end
local function try(f) show(pcall(f)) end
try(function() return math.sinh() end)
try(function() return math.sinh(nil) end)
try(function() return math.sinh(true) end)
try(function() return math.sinh(7) end)
try(function() return math.sinh(2.5) end)
try(function() return math.sinh(-1) end)
try(function() return math.sinh("x") end)
try(function() return math.sinh("10") end)
try(function() return math.sinh({}) end)
try(function() return math.sinh(print) end)
try(function() return math.sinh(coroutine.create(function() end)) end)
try(function() return math.sinh(newproxy()) end)
try(function() return math.sinh(1, nil, "extra") end)
