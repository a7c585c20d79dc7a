-- getfenv: every kind of value at every position, the other arguments being right.
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
try(function() return getfenv() end)
try(function() return getfenv(nil) end)
try(function() return getfenv(true) end)
try(function() return getfenv(7) end)
try(function() return getfenv(2.5) end)
try(function() return getfenv(-1) end)
try(function() return getfenv("x") end)
try(function() return getfenv("10") end)
try(function() return getfenv({}) end)
try(function() return getfenv(print) end)
try(function() return getfenv(coroutine.create(function() end)) end)
try(function() return getfenv(newproxy()) end)
try(function() return getfenv(1, nil, "extra") end)
