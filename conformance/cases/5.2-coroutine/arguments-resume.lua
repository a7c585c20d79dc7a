-- coroutine.resume: every kind of value at every position, the other arguments being right.
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
try(function() return coroutine.resume() end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end)) end)
try(function() return coroutine.resume(nil, 1) end)
try(function() return coroutine.resume(true, 1) end)
try(function() return coroutine.resume(7, 1) end)
try(function() return coroutine.resume(2.5, 1) end)
try(function() return coroutine.resume(-1, 1) end)
try(function() return coroutine.resume("x", 1) end)
try(function() return coroutine.resume("10", 1) end)
try(function() return coroutine.resume({}, 1) end)
try(function() return coroutine.resume(print, 1) end)
try(function() return coroutine.resume(coroutine.create(function() end), 1) end)
try(function() return coroutine.resume(newproxy(), 1) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), nil) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), true) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), 7) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), 2.5) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), -1) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), "x") end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), "10") end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), {}) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), print) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), coroutine.create(function() end)) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), newproxy()) end)
try(function() return coroutine.resume(coroutine.create(function(...) return ... end), 1, nil, "extra") end)
