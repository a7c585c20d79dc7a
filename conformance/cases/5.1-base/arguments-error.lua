-- error: every kind of value at every position, the other arguments being right.
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
try(function() return error() end)
try(function() return error("m") end)
try(function() return error(nil, 1) end)
try(function() return error(true, 1) end)
try(function() return error(7, 1) end)
try(function() return error(2.5, 1) end)
try(function() return error(-1, 1) end)
try(function() return error("x", 1) end)
try(function() return error("10", 1) end)
try(function() return error({}, 1) end)
try(function() return error(print, 1) end)
try(function() return error(coroutine.create(function() end), 1) end)
try(function() return error(newproxy(), 1) end)
try(function() return error("m", nil) end)
try(function() return error("m", true) end)
try(function() return error("m", 7) end)
try(function() return error("m", 2.5) end)
try(function() return error("m", -1) end)
try(function() return error("m", "x") end)
try(function() return error("m", "10") end)
try(function() return error("m", {}) end)
try(function() return error("m", print) end)
try(function() return error("m", coroutine.create(function() end)) end)
try(function() return error("m", newproxy()) end)
try(function() return error("m", 1, nil, "extra") end)
