-- string.reverse: every kind of value at every position, the other arguments being right.
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
try(function() return string.reverse() end)
try(function() return string.reverse(nil) end)
try(function() return string.reverse(true) end)
try(function() return string.reverse(7) end)
try(function() return string.reverse(2.5) end)
try(function() return string.reverse(-1) end)
try(function() return string.reverse("x") end)
try(function() return string.reverse("10") end)
try(function() return string.reverse({}) end)
try(function() return string.reverse(print) end)
try(function() return string.reverse(coroutine.create(function() end)) end)
try(function() return string.reverse(newproxy()) end)
try(function() return string.reverse("abc", nil, "extra") end)
