-- string.dump: every kind of value at every position, the other arguments being right.
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
try(function() return string.dump() end)
try(function() return string.dump(nil) end)
try(function() return string.dump(true) end)
try(function() return string.dump(7) end)
try(function() return string.dump(2.5) end)
try(function() return string.dump(-1) end)
try(function() return string.dump("x") end)
try(function() return string.dump("10") end)
try(function() return string.dump({}) end)
try(function() return string.dump(print) end)
try(function() return string.dump(coroutine.create(function() end)) end)
try(function() return string.dump(newproxy()) end)
try(function() return string.dump(1, nil, "extra") end)
