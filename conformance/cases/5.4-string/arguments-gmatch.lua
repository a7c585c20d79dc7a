-- string.gmatch: every kind of value at every position, the other arguments being right.
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
try(function() return string.gmatch() end)
try(function() return string.gmatch("abc") end)
try(function() return string.gmatch(nil, "b") end)
try(function() return string.gmatch(true, "b") end)
try(function() return string.gmatch(7, "b") end)
try(function() return string.gmatch(2.5, "b") end)
try(function() return string.gmatch(-1, "b") end)
try(function() return string.gmatch("x", "b") end)
try(function() return string.gmatch("10", "b") end)
try(function() return string.gmatch({}, "b") end)
try(function() return string.gmatch(print, "b") end)
try(function() return string.gmatch(coroutine.create(function() end), "b") end)
try(function() return string.gmatch(newproxy(), "b") end)
try(function() return string.gmatch("abc", nil) end)
try(function() return string.gmatch("abc", true) end)
try(function() return string.gmatch("abc", 7) end)
try(function() return string.gmatch("abc", 2.5) end)
try(function() return string.gmatch("abc", -1) end)
try(function() return string.gmatch("abc", "x") end)
try(function() return string.gmatch("abc", "10") end)
try(function() return string.gmatch("abc", {}) end)
try(function() return string.gmatch("abc", print) end)
try(function() return string.gmatch("abc", coroutine.create(function() end)) end)
try(function() return string.gmatch("abc", newproxy()) end)
try(function() return string.gmatch("abc", "b", nil, "extra") end)
