-- math.pow: every kind of value at every position, the other arguments being right.
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
try(function() return math.pow() end)
try(function() return math.pow(1) end)
try(function() return math.pow(nil, 2) end)
try(function() return math.pow(true, 2) end)
try(function() return math.pow(7, 2) end)
try(function() return math.pow(2.5, 2) end)
try(function() return math.pow(-1, 2) end)
try(function() return math.pow("x", 2) end)
try(function() return math.pow("10", 2) end)
try(function() return math.pow({}, 2) end)
try(function() return math.pow(print, 2) end)
try(function() return math.pow(coroutine.create(function() end), 2) end)
try(function() return math.pow(newproxy(), 2) end)
try(function() return math.pow(1, nil) end)
try(function() return math.pow(1, true) end)
try(function() return math.pow(1, 7) end)
try(function() return math.pow(1, 2.5) end)
try(function() return math.pow(1, -1) end)
try(function() return math.pow(1, "x") end)
try(function() return math.pow(1, "10") end)
try(function() return math.pow(1, {}) end)
try(function() return math.pow(1, print) end)
try(function() return math.pow(1, coroutine.create(function() end)) end)
try(function() return math.pow(1, newproxy()) end)
try(function() return math.pow(1, 2, nil, "extra") end)
