-- string.gfind: every kind of value at every position, the other arguments being right.
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
try(function() return string.gfind() end)
try(function() return string.gfind("abc") end)
try(function() return string.gfind(nil, "b") end)
try(function() return string.gfind(true, "b") end)
try(function() return string.gfind(7, "b") end)
try(function() return string.gfind(2.5, "b") end)
try(function() return string.gfind(-1, "b") end)
try(function() return string.gfind("x", "b") end)
try(function() return string.gfind("10", "b") end)
try(function() return string.gfind({}, "b") end)
try(function() return string.gfind(print, "b") end)
try(function() return string.gfind(coroutine.create(function() end), "b") end)
try(function() return string.gfind(newproxy(), "b") end)
try(function() return string.gfind("abc", nil) end)
try(function() return string.gfind("abc", true) end)
try(function() return string.gfind("abc", 7) end)
try(function() return string.gfind("abc", 2.5) end)
try(function() return string.gfind("abc", -1) end)
try(function() return string.gfind("abc", "x") end)
try(function() return string.gfind("abc", "10") end)
try(function() return string.gfind("abc", {}) end)
try(function() return string.gfind("abc", print) end)
try(function() return string.gfind("abc", coroutine.create(function() end)) end)
try(function() return string.gfind("abc", newproxy()) end)
try(function() return string.gfind("abc", "b", nil, "extra") end)
