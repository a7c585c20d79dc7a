-- table.sort: every kind of value at every position, the other arguments being right.
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
try(function() return table.sort() end)
try(function() return table.sort({ 2, 1, 3 }) end)
try(function() return table.sort(nil, function(a, b) return a < b end) end)
try(function() return table.sort(true, function(a, b) return a < b end) end)
try(function() return table.sort(7, function(a, b) return a < b end) end)
try(function() return table.sort(2.5, function(a, b) return a < b end) end)
try(function() return table.sort(-1, function(a, b) return a < b end) end)
try(function() return table.sort("x", function(a, b) return a < b end) end)
try(function() return table.sort("10", function(a, b) return a < b end) end)
try(function() return table.sort({}, function(a, b) return a < b end) end)
try(function() return table.sort(print, function(a, b) return a < b end) end)
try(function() return table.sort(coroutine.create(function() end), function(a, b) return a < b end) end)
try(function() return table.sort(newproxy(), function(a, b) return a < b end) end)
try(function() return table.sort({ 2, 1, 3 }, nil) end)
try(function() return table.sort({ 2, 1, 3 }, true) end)
try(function() return table.sort({ 2, 1, 3 }, 7) end)
try(function() return table.sort({ 2, 1, 3 }, 2.5) end)
try(function() return table.sort({ 2, 1, 3 }, -1) end)
try(function() return table.sort({ 2, 1, 3 }, "x") end)
try(function() return table.sort({ 2, 1, 3 }, "10") end)
try(function() return table.sort({ 2, 1, 3 }, {}) end)
try(function() return table.sort({ 2, 1, 3 }, print) end)
try(function() return table.sort({ 2, 1, 3 }, coroutine.create(function() end)) end)
try(function() return table.sort({ 2, 1, 3 }, newproxy()) end)
try(function() return table.sort({ 2, 1, 3 }, function(a, b) return a < b end, nil, "extra") end)
