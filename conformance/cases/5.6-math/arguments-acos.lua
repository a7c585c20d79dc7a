-- math.acos: every kind of value at every position, the other arguments being right.
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
try(function() return math.acos() end)
try(function() return math.acos(nil) end)
try(function() return math.acos(true) end)
try(function() return math.acos(7) end)
try(function() return math.acos(2.5) end)
try(function() return math.acos(-1) end)
try(function() return math.acos("x") end)
try(function() return math.acos("10") end)
try(function() return math.acos({}) end)
try(function() return math.acos(print) end)
try(function() return math.acos(coroutine.create(function() end)) end)
try(function() return math.acos(newproxy()) end)
try(function() return math.acos(1, nil, "extra") end)
