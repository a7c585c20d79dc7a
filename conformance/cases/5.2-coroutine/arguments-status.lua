-- coroutine.status: every kind of value at every position, the other arguments being right.
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
try(function() return coroutine.status() end)
try(function() return coroutine.status(nil) end)
try(function() return coroutine.status(true) end)
try(function() return coroutine.status(7) end)
try(function() return coroutine.status(2.5) end)
try(function() return coroutine.status(-1) end)
try(function() return coroutine.status("x") end)
try(function() return coroutine.status("10") end)
try(function() return coroutine.status({}) end)
try(function() return coroutine.status(print) end)
try(function() return coroutine.status(coroutine.create(function() end)) end)
try(function() return coroutine.status(newproxy()) end)
try(function() return coroutine.status(coroutine.create(function() end), nil, "extra") end)
