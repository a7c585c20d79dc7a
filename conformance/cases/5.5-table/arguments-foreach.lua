-- table.foreach: every kind of value at every position, the other arguments being right.
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
try(function() return table.foreach() end)
try(function() return table.foreach({ 1 }) end)
try(function() return table.foreach(nil, type) end)
try(function() return table.foreach(true, type) end)
try(function() return table.foreach(7, type) end)
try(function() return table.foreach(2.5, type) end)
try(function() return table.foreach(-1, type) end)
try(function() return table.foreach("x", type) end)
try(function() return table.foreach("10", type) end)
try(function() return table.foreach({}, type) end)
try(function() return table.foreach(print, type) end)
try(function() return table.foreach(coroutine.create(function() end), type) end)
try(function() return table.foreach(newproxy(), type) end)
try(function() return table.foreach({ 1 }, nil) end)
try(function() return table.foreach({ 1 }, true) end)
try(function() return table.foreach({ 1 }, 7) end)
try(function() return table.foreach({ 1 }, 2.5) end)
try(function() return table.foreach({ 1 }, -1) end)
try(function() return table.foreach({ 1 }, "x") end)
try(function() return table.foreach({ 1 }, "10") end)
try(function() return table.foreach({ 1 }, {}) end)
try(function() return table.foreach({ 1 }, print) end)
try(function() return table.foreach({ 1 }, coroutine.create(function() end)) end)
try(function() return table.foreach({ 1 }, newproxy()) end)
try(function() return table.foreach({ 1 }, type, nil, "extra") end)
