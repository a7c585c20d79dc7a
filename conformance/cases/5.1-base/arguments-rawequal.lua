-- rawequal: every kind of value at every position, the other arguments being right.
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
try(function() return rawequal() end)
try(function() return rawequal(1) end)
try(function() return rawequal(nil, 2) end)
try(function() return rawequal(true, 2) end)
try(function() return rawequal(7, 2) end)
try(function() return rawequal(2.5, 2) end)
try(function() return rawequal(-1, 2) end)
try(function() return rawequal("x", 2) end)
try(function() return rawequal("10", 2) end)
try(function() return rawequal({}, 2) end)
try(function() return rawequal(print, 2) end)
try(function() return rawequal(coroutine.create(function() end), 2) end)
try(function() return rawequal(newproxy(), 2) end)
try(function() return rawequal(1, nil) end)
try(function() return rawequal(1, true) end)
try(function() return rawequal(1, 7) end)
try(function() return rawequal(1, 2.5) end)
try(function() return rawequal(1, -1) end)
try(function() return rawequal(1, "x") end)
try(function() return rawequal(1, "10") end)
try(function() return rawequal(1, {}) end)
try(function() return rawequal(1, print) end)
try(function() return rawequal(1, coroutine.create(function() end)) end)
try(function() return rawequal(1, newproxy()) end)
try(function() return rawequal(1, 2, nil, "extra") end)
