-- xpcall: every kind of value at every position, the other arguments being right.
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
try(function() return xpcall() end)
try(function() return xpcall(function() return 1 end) end)
try(function() return xpcall(nil, function(m) return m end) end)
try(function() return xpcall(true, function(m) return m end) end)
try(function() return xpcall(7, function(m) return m end) end)
try(function() return xpcall(2.5, function(m) return m end) end)
try(function() return xpcall(-1, function(m) return m end) end)
try(function() return xpcall("x", function(m) return m end) end)
try(function() return xpcall("10", function(m) return m end) end)
try(function() return xpcall({}, function(m) return m end) end)
try(function() return xpcall(print, function(m) return m end) end)
try(function() return xpcall(coroutine.create(function() end), function(m) return m end) end)
try(function() return xpcall(newproxy(), function(m) return m end) end)
try(function() return xpcall(function() return 1 end, nil) end)
try(function() return xpcall(function() return 1 end, true) end)
try(function() return xpcall(function() return 1 end, 7) end)
try(function() return xpcall(function() return 1 end, 2.5) end)
try(function() return xpcall(function() return 1 end, -1) end)
try(function() return xpcall(function() return 1 end, "x") end)
try(function() return xpcall(function() return 1 end, "10") end)
try(function() return xpcall(function() return 1 end, {}) end)
try(function() return xpcall(function() return 1 end, print) end)
try(function() return xpcall(function() return 1 end, coroutine.create(function() end)) end)
try(function() return xpcall(function() return 1 end, newproxy()) end)
try(function() return xpcall(function() return 1 end, function(m) return m end, 9) end)
