-- math.modf: every kind of value at every position, the other arguments being right.
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
try(function() return math.modf() end)
try(function() return math.modf(nil) end)
try(function() return math.modf(true) end)
try(function() return math.modf(7) end)
try(function() return math.modf(2.5) end)
try(function() return math.modf(-1) end)
try(function() return math.modf("x") end)
try(function() return math.modf("10") end)
try(function() return math.modf({}) end)
try(function() return math.modf(print) end)
try(function() return math.modf(coroutine.create(function() end)) end)
try(function() return math.modf(newproxy()) end)
try(function() return math.modf(1, nil, "extra") end)
