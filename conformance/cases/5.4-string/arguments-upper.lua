-- string.upper: every kind of value at every position, the other arguments being right.
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
try(function() return string.upper() end)
try(function() return string.upper(nil) end)
try(function() return string.upper(true) end)
try(function() return string.upper(7) end)
try(function() return string.upper(2.5) end)
try(function() return string.upper(-1) end)
try(function() return string.upper("x") end)
try(function() return string.upper("10") end)
try(function() return string.upper({}) end)
try(function() return string.upper(print) end)
try(function() return string.upper(coroutine.create(function() end)) end)
try(function() return string.upper(newproxy()) end)
try(function() return string.upper("abc", nil, "extra") end)
