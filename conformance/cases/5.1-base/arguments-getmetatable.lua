-- getmetatable: every kind of value at every position, the other arguments being right.
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
try(function() return getmetatable() end)
try(function() return getmetatable(nil) end)
try(function() return getmetatable(true) end)
try(function() return getmetatable(7) end)
try(function() return getmetatable(2.5) end)
try(function() return getmetatable(-1) end)
try(function() return getmetatable("x") end)
try(function() return getmetatable("10") end)
try(function() return getmetatable({}) end)
try(function() return getmetatable(print) end)
try(function() return getmetatable(coroutine.create(function() end)) end)
try(function() return getmetatable(newproxy()) end)
try(function() return getmetatable({}, nil, "extra") end)
