-- table.setn: every kind of value at every position, the other arguments being right.
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
try(function() return table.setn() end)
try(function() return table.setn({}) end)
try(function() return table.setn(nil, 1) end)
try(function() return table.setn(true, 1) end)
try(function() return table.setn(7, 1) end)
try(function() return table.setn(2.5, 1) end)
try(function() return table.setn(-1, 1) end)
try(function() return table.setn("x", 1) end)
try(function() return table.setn("10", 1) end)
try(function() return table.setn({}, 1) end)
try(function() return table.setn(print, 1) end)
try(function() return table.setn(coroutine.create(function() end), 1) end)
try(function() return table.setn(newproxy(), 1) end)
try(function() return table.setn({}, nil) end)
try(function() return table.setn({}, true) end)
try(function() return table.setn({}, 7) end)
try(function() return table.setn({}, 2.5) end)
try(function() return table.setn({}, -1) end)
try(function() return table.setn({}, "x") end)
try(function() return table.setn({}, "10") end)
try(function() return table.setn({}, {}) end)
try(function() return table.setn({}, print) end)
try(function() return table.setn({}, coroutine.create(function() end)) end)
try(function() return table.setn({}, newproxy()) end)
try(function() return table.setn({}, 1, nil, "extra") end)
