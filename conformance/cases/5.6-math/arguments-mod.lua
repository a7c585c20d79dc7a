-- math.mod: every kind of value at every position, the other arguments being right.
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
try(function() return math.mod() end)
try(function() return math.mod(1) end)
try(function() return math.mod(nil, 2) end)
try(function() return math.mod(true, 2) end)
try(function() return math.mod(7, 2) end)
try(function() return math.mod(2.5, 2) end)
try(function() return math.mod(-1, 2) end)
try(function() return math.mod("x", 2) end)
try(function() return math.mod("10", 2) end)
try(function() return math.mod({}, 2) end)
try(function() return math.mod(print, 2) end)
try(function() return math.mod(coroutine.create(function() end), 2) end)
try(function() return math.mod(newproxy(), 2) end)
try(function() return math.mod(1, nil) end)
try(function() return math.mod(1, true) end)
try(function() return math.mod(1, 7) end)
try(function() return math.mod(1, 2.5) end)
try(function() return math.mod(1, -1) end)
try(function() return math.mod(1, "x") end)
try(function() return math.mod(1, "10") end)
try(function() return math.mod(1, {}) end)
try(function() return math.mod(1, print) end)
try(function() return math.mod(1, coroutine.create(function() end)) end)
try(function() return math.mod(1, newproxy()) end)
try(function() return math.mod(1, 2, nil, "extra") end)
