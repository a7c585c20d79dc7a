-- coroutine.create: every kind of value at every position, the other arguments being right.
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
try(function() return coroutine.create() end)
try(function() return coroutine.create(nil) end)
try(function() return coroutine.create(true) end)
try(function() return coroutine.create(7) end)
try(function() return coroutine.create(2.5) end)
try(function() return coroutine.create(-1) end)
try(function() return coroutine.create("x") end)
try(function() return coroutine.create("10") end)
try(function() return coroutine.create({}) end)
try(function() return coroutine.create(print) end)
try(function() return coroutine.create(coroutine.create(function() end)) end)
try(function() return coroutine.create(newproxy()) end)
try(function() return coroutine.create(function() end, nil, "extra") end)
