-- math.max: every kind of value at every position, the other arguments being right.
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
try(function() return math.max() end)
try(function() return math.max(1) end)
try(function() return math.max(nil, 2) end)
try(function() return math.max(true, 2) end)
try(function() return math.max(7, 2) end)
try(function() return math.max(2.5, 2) end)
try(function() return math.max(-1, 2) end)
try(function() return math.max("x", 2) end)
try(function() return math.max("10", 2) end)
try(function() return math.max({}, 2) end)
try(function() return math.max(print, 2) end)
try(function() return math.max(coroutine.create(function() end), 2) end)
try(function() return math.max(newproxy(), 2) end)
try(function() return math.max(1, nil) end)
try(function() return math.max(1, true) end)
try(function() return math.max(1, 7) end)
try(function() return math.max(1, 2.5) end)
try(function() return math.max(1, -1) end)
try(function() return math.max(1, "x") end)
try(function() return math.max(1, "10") end)
try(function() return math.max(1, {}) end)
try(function() return math.max(1, print) end)
try(function() return math.max(1, coroutine.create(function() end)) end)
try(function() return math.max(1, newproxy()) end)
try(function() return math.max(1, 2, 9) end)
