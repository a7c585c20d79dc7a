-- math.fmod: every kind of value at every position, the other arguments being right.
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
try(function() return math.fmod() end)
try(function() return math.fmod(1) end)
try(function() return math.fmod(nil, 2) end)
try(function() return math.fmod(true, 2) end)
try(function() return math.fmod(7, 2) end)
try(function() return math.fmod(2.5, 2) end)
try(function() return math.fmod(-1, 2) end)
try(function() return math.fmod("x", 2) end)
try(function() return math.fmod("10", 2) end)
try(function() return math.fmod({}, 2) end)
try(function() return math.fmod(print, 2) end)
try(function() return math.fmod(coroutine.create(function() end), 2) end)
try(function() return math.fmod(newproxy(), 2) end)
try(function() return math.fmod(1, nil) end)
try(function() return math.fmod(1, true) end)
try(function() return math.fmod(1, 7) end)
try(function() return math.fmod(1, 2.5) end)
try(function() return math.fmod(1, -1) end)
try(function() return math.fmod(1, "x") end)
try(function() return math.fmod(1, "10") end)
try(function() return math.fmod(1, {}) end)
try(function() return math.fmod(1, print) end)
try(function() return math.fmod(1, coroutine.create(function() end)) end)
try(function() return math.fmod(1, newproxy()) end)
try(function() return math.fmod(1, 2, nil, "extra") end)
