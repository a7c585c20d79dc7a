-- rawget: every kind of value at every position, the other arguments being right.
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
try(function() return rawget() end)
try(function() return rawget({ 5 }) end)
try(function() return rawget(nil, 1) end)
try(function() return rawget(true, 1) end)
try(function() return rawget(7, 1) end)
try(function() return rawget(2.5, 1) end)
try(function() return rawget(-1, 1) end)
try(function() return rawget("x", 1) end)
try(function() return rawget("10", 1) end)
try(function() return rawget({}, 1) end)
try(function() return rawget(print, 1) end)
try(function() return rawget(coroutine.create(function() end), 1) end)
try(function() return rawget(newproxy(), 1) end)
try(function() return rawget({ 5 }, nil) end)
try(function() return rawget({ 5 }, true) end)
try(function() return rawget({ 5 }, 7) end)
try(function() return rawget({ 5 }, 2.5) end)
try(function() return rawget({ 5 }, -1) end)
try(function() return rawget({ 5 }, "x") end)
try(function() return rawget({ 5 }, "10") end)
try(function() return rawget({ 5 }, {}) end)
try(function() return rawget({ 5 }, print) end)
try(function() return rawget({ 5 }, coroutine.create(function() end)) end)
try(function() return rawget({ 5 }, newproxy()) end)
try(function() return rawget({ 5 }, 1, nil, "extra") end)
