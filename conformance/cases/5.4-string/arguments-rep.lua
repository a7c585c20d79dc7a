-- string.rep: every kind of value at every position, the other arguments being right.
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
try(function() return string.rep() end)
try(function() return string.rep("abc") end)
try(function() return string.rep(nil, 2) end)
try(function() return string.rep(true, 2) end)
try(function() return string.rep(7, 2) end)
try(function() return string.rep(2.5, 2) end)
try(function() return string.rep(-1, 2) end)
try(function() return string.rep("x", 2) end)
try(function() return string.rep("10", 2) end)
try(function() return string.rep({}, 2) end)
try(function() return string.rep(print, 2) end)
try(function() return string.rep(coroutine.create(function() end), 2) end)
try(function() return string.rep(newproxy(), 2) end)
try(function() return string.rep("abc", nil) end)
try(function() return string.rep("abc", true) end)
try(function() return string.rep("abc", 7) end)
try(function() return string.rep("abc", 2.5) end)
try(function() return string.rep("abc", -1) end)
try(function() return string.rep("abc", "x") end)
try(function() return string.rep("abc", "10") end)
try(function() return string.rep("abc", {}) end)
try(function() return string.rep("abc", print) end)
try(function() return string.rep("abc", coroutine.create(function() end)) end)
try(function() return string.rep("abc", newproxy()) end)
try(function() return string.rep("abc", 2, nil, "extra") end)
