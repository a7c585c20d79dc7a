-- math.random: every kind of value at every position, the other arguments being right.
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
try(function() return type(math.random()) end)
try(function() return math.random(1) end)
try(function() return math.random(nil, 1) end)
try(function() return math.random(true, 1) end)
try(function() return type(math.random(7, 1)) end)
try(function() return math.random(2.5, 1) end)
try(function() return math.random(-1, 1) end)
try(function() return math.random("x", 1) end)
try(function() return math.random("10", 1) end)
try(function() return math.random({}, 1) end)
try(function() return math.random(print, 1) end)
try(function() return math.random(coroutine.create(function() end), 1) end)
try(function() return math.random(newproxy(), 1) end)
try(function() return math.random(1, nil) end)
try(function() return math.random(1, true) end)
try(function() return math.random(1, 7) end)
try(function() return math.random(1, 2.5) end)
try(function() return math.random(1, -1) end)
try(function() return math.random(1, "x") end)
try(function() return math.random(1, "10") end)
try(function() return math.random(1, {}) end)
try(function() return math.random(1, print) end)
try(function() return math.random(1, coroutine.create(function() end)) end)
try(function() return math.random(1, newproxy()) end)
try(function() return math.random(1, 1, 9) end)
