-- load: every kind of value at every position, the other arguments being right.
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
try(function() return load() end)
try(function() return load(function() end) end)
try(function() return load(nil, "=n") end)
try(function() return load(true, "=n") end)
try(function() return load(7, "=n") end)
try(function() return load(2.5, "=n") end)
try(function() return load(-1, "=n") end)
try(function() return load("x", "=n") end)
try(function() return load("10", "=n") end)
try(function() return load({}, "=n") end)
try(function() return load(print, "=n") end)
try(function() return load(coroutine.create(function() end), "=n") end)
try(function() return load(newproxy(), "=n") end)
try(function() return load(function() end, nil) end)
try(function() return load(function() end, true) end)
try(function() return load(function() end, 7) end)
try(function() return load(function() end, 2.5) end)
try(function() return load(function() end, -1) end)
try(function() return load(function() end, "x") end)
try(function() return load(function() end, "10") end)
try(function() return load(function() end, {}) end)
try(function() return load(function() end, print) end)
try(function() return load(function() end, coroutine.create(function() end)) end)
try(function() return load(function() end, newproxy()) end)
try(function() return load(function() end, "=n", nil, "extra") end)
