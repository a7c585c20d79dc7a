-- collectgarbage: every kind of value at every position, the other arguments being right.
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
try(function() return collectgarbage() end)
try(function() return collectgarbage("collect") end)
try(function() return collectgarbage(nil, 0) end)
try(function() return collectgarbage(true, 0) end)
try(function() return collectgarbage(7, 0) end)
try(function() return collectgarbage(2.5, 0) end)
try(function() return collectgarbage(-1, 0) end)
try(function() return collectgarbage("x", 0) end)
try(function() return collectgarbage("10", 0) end)
try(function() return collectgarbage({}, 0) end)
try(function() return collectgarbage(print, 0) end)
try(function() return collectgarbage(coroutine.create(function() end), 0) end)
try(function() return collectgarbage(newproxy(), 0) end)
try(function() return collectgarbage("collect", nil) end)
try(function() return collectgarbage("collect", true) end)
try(function() return collectgarbage("collect", 7) end)
try(function() return collectgarbage("collect", 2.5) end)
try(function() return collectgarbage("collect", -1) end)
try(function() return collectgarbage("collect", "x") end)
try(function() return collectgarbage("collect", "10") end)
try(function() return collectgarbage("collect", {}) end)
try(function() return collectgarbage("collect", print) end)
try(function() return collectgarbage("collect", coroutine.create(function() end)) end)
try(function() return collectgarbage("collect", newproxy()) end)
try(function() return collectgarbage("collect", 0, nil, "extra") end)
