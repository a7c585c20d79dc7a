-- loadstring: every kind of value at every position, the other arguments being right.
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
try(function() return loadstring() end)
try(function() return loadstring("return 1") end)
try(function() return loadstring(nil, "=n") end)
try(function() return loadstring(true, "=n") end)
try(function() return loadstring(7, "=n") end)
try(function() return loadstring(2.5, "=n") end)
try(function() return loadstring(-1, "=n") end)
try(function() return loadstring("x", "=n") end)
try(function() return loadstring("10", "=n") end)
try(function() return loadstring({}, "=n") end)
try(function() return loadstring(print, "=n") end)
try(function() return loadstring(coroutine.create(function() end), "=n") end)
try(function() return loadstring(newproxy(), "=n") end)
try(function() return loadstring("return 1", nil) end)
try(function() return loadstring("return 1", true) end)
try(function() return loadstring("return 1", 7) end)
try(function() return loadstring("return 1", 2.5) end)
try(function() return loadstring("return 1", -1) end)
try(function() return loadstring("return 1", "x") end)
try(function() return loadstring("return 1", "10") end)
try(function() return loadstring("return 1", {}) end)
try(function() return loadstring("return 1", print) end)
try(function() return loadstring("return 1", coroutine.create(function() end)) end)
try(function() return loadstring("return 1", newproxy()) end)
try(function() return loadstring("return 1", "=n", nil, "extra") end)
