-- next: every kind of value at every position, the other arguments being right.
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
try(function() return next() end)
try(function() return next({ 7, x = 1 }) end)
try(function() return next(nil, nil) end)
try(function() return next(true, nil) end)
try(function() return next(7, nil) end)
try(function() return next(2.5, nil) end)
try(function() return next(-1, nil) end)
try(function() return next("x", nil) end)
try(function() return next("10", nil) end)
try(function() return next({}, nil) end)
try(function() return next(print, nil) end)
try(function() return next(coroutine.create(function() end), nil) end)
try(function() return next(newproxy(), nil) end)
try(function() return next({ 7, x = 1 }, nil) end)
try(function() return next({ 7, x = 1 }, true) end)
try(function() return next({ 7, x = 1 }, 7) end)
try(function() return next({ 7, x = 1 }, 2.5) end)
try(function() return next({ 7, x = 1 }, -1) end)
try(function() return next({ 7, x = 1 }, "x") end)
try(function() return next({ 7, x = 1 }, "10") end)
try(function() return next({ 7, x = 1 }, {}) end)
try(function() return next({ 7, x = 1 }, print) end)
try(function() return next({ 7, x = 1 }, coroutine.create(function() end)) end)
try(function() return next({ 7, x = 1 }, newproxy()) end)
try(function() return next({ 7, x = 1 }, nil, nil, "extra") end)
