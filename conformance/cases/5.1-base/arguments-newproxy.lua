-- newproxy: every kind of value at every position, the other arguments being right.
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
try(function() return newproxy() end)
try(function() return newproxy(nil) end)
try(function() return newproxy(true) end)
try(function() return newproxy(7) end)
try(function() return newproxy(2.5) end)
try(function() return newproxy(-1) end)
try(function() return newproxy("x") end)
try(function() return newproxy("10") end)
try(function() return newproxy({}) end)
try(function() return newproxy(print) end)
try(function() return newproxy(coroutine.create(function() end)) end)
try(function() return newproxy(newproxy()) end)
try(function() return newproxy(false, nil, "extra") end)
