-- string.len: every kind of value at every position, the other arguments being right.
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
try(function() return string.len() end)
try(function() return string.len(nil) end)
try(function() return string.len(true) end)
try(function() return string.len(7) end)
try(function() return string.len(2.5) end)
try(function() return string.len(-1) end)
try(function() return string.len("x") end)
try(function() return string.len("10") end)
try(function() return string.len({}) end)
try(function() return string.len(print) end)
try(function() return string.len(coroutine.create(function() end)) end)
try(function() return string.len(newproxy()) end)
try(function() return string.len("abc", nil, "extra") end)
