-- type: every kind of value at every position, the other arguments being right.
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
try(function() return type() end)
try(function() return type(nil) end)
try(function() return type(true) end)
try(function() return type(7) end)
try(function() return type(2.5) end)
try(function() return type(-1) end)
try(function() return type("x") end)
try(function() return type("10") end)
try(function() return type({}) end)
try(function() return type(print) end)
try(function() return type(coroutine.create(function() end)) end)
try(function() return type(newproxy()) end)
try(function() return type(1, nil, "extra") end)
