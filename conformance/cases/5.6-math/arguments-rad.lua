-- math.rad: every kind of value at every position, the other arguments being right.
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
try(function() return math.rad() end)
try(function() return math.rad(nil) end)
try(function() return math.rad(true) end)
try(function() return math.rad(7) end)
try(function() return math.rad(2.5) end)
try(function() return math.rad(-1) end)
try(function() return math.rad("x") end)
try(function() return math.rad("10") end)
try(function() return math.rad({}) end)
try(function() return math.rad(print) end)
try(function() return math.rad(coroutine.create(function() end)) end)
try(function() return math.rad(newproxy()) end)
try(function() return math.rad(1, nil, "extra") end)
