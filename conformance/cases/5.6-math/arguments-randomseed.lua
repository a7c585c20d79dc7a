-- math.randomseed: every kind of value at every position, the other arguments being right.
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
try(function() return math.randomseed() end)
try(function() return math.randomseed(nil) end)
try(function() return math.randomseed(true) end)
try(function() return math.randomseed(7) end)
try(function() return math.randomseed(2.5) end)
try(function() return math.randomseed(-1) end)
try(function() return math.randomseed("x") end)
try(function() return math.randomseed("10") end)
try(function() return math.randomseed({}) end)
try(function() return math.randomseed(print) end)
try(function() return math.randomseed(coroutine.create(function() end)) end)
try(function() return math.randomseed(newproxy()) end)
try(function() return math.randomseed(1, nil, "extra") end)
