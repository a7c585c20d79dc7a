-- tonumber: every kind of value at every position, the other arguments being right.
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
try(function() return tonumber() end)
try(function() return tonumber("10") end)
try(function() return tonumber(nil, 10) end)
try(function() return tonumber(true, 10) end)
try(function() return tonumber(7, 10) end)
try(function() return tonumber(2.5, 10) end)
try(function() return tonumber(-1, 10) end)
try(function() return tonumber("x", 10) end)
try(function() return tonumber("10", 10) end)
try(function() return tonumber({}, 10) end)
try(function() return tonumber(print, 10) end)
try(function() return tonumber(coroutine.create(function() end), 10) end)
try(function() return tonumber(newproxy(), 10) end)
try(function() return tonumber("10", nil) end)
try(function() return tonumber("10", true) end)
try(function() return tonumber("10", 7) end)
try(function() return tonumber("10", 2.5) end)
try(function() return tonumber("10", -1) end)
try(function() return tonumber("10", "x") end)
try(function() return tonumber("10", "10") end)
try(function() return tonumber("10", {}) end)
try(function() return tonumber("10", print) end)
try(function() return tonumber("10", coroutine.create(function() end)) end)
try(function() return tonumber("10", newproxy()) end)
try(function() return tonumber("10", 10, nil, "extra") end)
