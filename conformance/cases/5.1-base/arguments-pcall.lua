-- pcall: every kind of value at every position, the other arguments being right.
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
try(function() return pcall() end)
try(function() return pcall(type) end)
try(function() return pcall(nil, 1) end)
try(function() return pcall(true, 1) end)
try(function() return pcall(7, 1) end)
try(function() return pcall(2.5, 1) end)
try(function() return pcall(-1, 1) end)
try(function() return pcall("x", 1) end)
try(function() return pcall("10", 1) end)
try(function() return pcall({}, 1) end)
try(function() return pcall(print, 1) end)
try(function() return pcall(coroutine.create(function() end), 1) end)
try(function() return pcall(newproxy(), 1) end)
try(function() return pcall(type, nil) end)
try(function() return pcall(type, true) end)
try(function() return pcall(type, 7) end)
try(function() return pcall(type, 2.5) end)
try(function() return pcall(type, -1) end)
try(function() return pcall(type, "x") end)
try(function() return pcall(type, "10") end)
try(function() return pcall(type, {}) end)
try(function() return pcall(type, print) end)
try(function() return pcall(type, coroutine.create(function() end)) end)
try(function() return pcall(type, newproxy()) end)
try(function() return pcall(type, 1, 9) end)
