-- string.lower: every kind of value at every position, the other arguments being right.
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
try(function() return string.lower() end)
try(function() return string.lower(nil) end)
try(function() return string.lower(true) end)
try(function() return string.lower(7) end)
try(function() return string.lower(2.5) end)
try(function() return string.lower(-1) end)
try(function() return string.lower("x") end)
try(function() return string.lower("10") end)
try(function() return string.lower({}) end)
try(function() return string.lower(print) end)
try(function() return string.lower(coroutine.create(function() end)) end)
try(function() return string.lower(newproxy()) end)
try(function() return string.lower("ABC", nil, "extra") end)
