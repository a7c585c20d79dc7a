-- table.getn: every kind of value at every position, the other arguments being right.
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
try(function() return table.getn() end)
try(function() return table.getn(nil) end)
try(function() return table.getn(true) end)
try(function() return table.getn(7) end)
try(function() return table.getn(2.5) end)
try(function() return table.getn(-1) end)
try(function() return table.getn("x") end)
try(function() return table.getn("10") end)
try(function() return table.getn({}) end)
try(function() return table.getn(print) end)
try(function() return table.getn(coroutine.create(function() end)) end)
try(function() return table.getn(newproxy()) end)
try(function() return table.getn({ 1 }, nil, "extra") end)
