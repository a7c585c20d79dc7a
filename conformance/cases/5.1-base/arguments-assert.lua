-- assert: every kind of value at every position, the other arguments being right.
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
try(function() return assert() end)
try(function() return assert(1) end)
try(function() return assert(nil, "m") end)
try(function() return assert(true, "m") end)
try(function() return assert(7, "m") end)
try(function() return assert(2.5, "m") end)
try(function() return assert(-1, "m") end)
try(function() return assert("x", "m") end)
try(function() return assert("10", "m") end)
try(function() return assert({}, "m") end)
try(function() return assert(print, "m") end)
try(function() return assert(coroutine.create(function() end), "m") end)
try(function() return assert(newproxy(), "m") end)
try(function() return assert(1, nil) end)
try(function() return assert(1, true) end)
try(function() return assert(1, 7) end)
try(function() return assert(1, 2.5) end)
try(function() return assert(1, -1) end)
try(function() return assert(1, "x") end)
try(function() return assert(1, "10") end)
try(function() return assert(1, {}) end)
try(function() return assert(1, print) end)
try(function() return assert(1, coroutine.create(function() end)) end)
try(function() return assert(1, newproxy()) end)
try(function() return assert(1, "m", nil, "extra") end)
