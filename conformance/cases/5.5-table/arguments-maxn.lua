-- table.maxn: every kind of value at every position, the other arguments being right.
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
try(function() return table.maxn() end)
try(function() return table.maxn(nil) end)
try(function() return table.maxn(true) end)
try(function() return table.maxn(7) end)
try(function() return table.maxn(2.5) end)
try(function() return table.maxn(-1) end)
try(function() return table.maxn("x") end)
try(function() return table.maxn("10") end)
try(function() return table.maxn({}) end)
try(function() return table.maxn(print) end)
try(function() return table.maxn(coroutine.create(function() end)) end)
try(function() return table.maxn(newproxy()) end)
try(function() return table.maxn({ 1 }, nil, "extra") end)
