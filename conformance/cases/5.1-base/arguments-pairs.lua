-- pairs: every kind of value at every position, the other arguments being right.
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
try(function() return pairs() end)
try(function() return pairs(nil) end)
try(function() return pairs(true) end)
try(function() return pairs(7) end)
try(function() return pairs(2.5) end)
try(function() return pairs(-1) end)
try(function() return pairs("x") end)
try(function() return pairs("10") end)
try(function() return pairs({}) end)
try(function() return pairs(print) end)
try(function() return pairs(coroutine.create(function() end)) end)
try(function() return pairs(newproxy()) end)
try(function() return pairs({}, nil, "extra") end)
