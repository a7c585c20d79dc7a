-- tostring: every kind of value at every position, the other arguments being right.
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
try(function() return tostring() end)
try(function() return tostring(nil) end)
try(function() return tostring(true) end)
try(function() return tostring(7) end)
try(function() return tostring(2.5) end)
try(function() return tostring(-1) end)
try(function() return tostring("x") end)
try(function() return tostring("10") end)
try(function() return (tostring({}):gsub("0x%x+", "0x")) end)
try(function() return (tostring(print):gsub("0x%x+", "0x")) end)
try(function() return (tostring(coroutine.create(function() end)):gsub("0x%x+", "0x")) end)
try(function() return (tostring(newproxy()):gsub("0x%x+", "0x")) end)
try(function() return tostring(1, nil, "extra") end)
