-- coroutine.wrap: every kind of value at every position, the other arguments being right.
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
try(function() return coroutine.wrap() end)
try(function() return coroutine.wrap(nil) end)
try(function() return coroutine.wrap(true) end)
try(function() return coroutine.wrap(7) end)
try(function() return coroutine.wrap(2.5) end)
try(function() return coroutine.wrap(-1) end)
try(function() return coroutine.wrap("x") end)
try(function() return coroutine.wrap("10") end)
try(function() return coroutine.wrap({}) end)
try(function() return coroutine.wrap(print) end)
try(function() return coroutine.wrap(coroutine.create(function() end)) end)
try(function() return coroutine.wrap(newproxy()) end)
try(function() return coroutine.wrap(function() end, nil, "extra") end)
