-- table.remove: every kind of value at every position, the other arguments being right.
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
try(function() return table.remove() end)
try(function() return table.remove({ 1, 2 }) end)
try(function() return table.remove(nil, 1) end)
try(function() return table.remove(true, 1) end)
try(function() return table.remove(7, 1) end)
try(function() return table.remove(2.5, 1) end)
try(function() return table.remove(-1, 1) end)
try(function() return table.remove("x", 1) end)
try(function() return table.remove("10", 1) end)
try(function() return table.remove({}, 1) end)
try(function() return table.remove(print, 1) end)
try(function() return table.remove(coroutine.create(function() end), 1) end)
try(function() return table.remove(newproxy(), 1) end)
try(function() return table.remove({ 1, 2 }, nil) end)
try(function() return table.remove({ 1, 2 }, true) end)
try(function() return table.remove({ 1, 2 }, 7) end)
try(function() return table.remove({ 1, 2 }, 2.5) end)
try(function() return table.remove({ 1, 2 }, -1) end)
try(function() return table.remove({ 1, 2 }, "x") end)
try(function() return table.remove({ 1, 2 }, "10") end)
try(function() return table.remove({ 1, 2 }, {}) end)
try(function() return table.remove({ 1, 2 }, print) end)
try(function() return table.remove({ 1, 2 }, coroutine.create(function() end)) end)
try(function() return table.remove({ 1, 2 }, newproxy()) end)
try(function() return table.remove({ 1, 2 }, 1, nil, "extra") end)
