-- ipairs: every kind of value at every position, the other arguments being right.
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
try(function() return ipairs() end)
try(function() return ipairs(nil) end)
try(function() return ipairs(true) end)
try(function() return ipairs(7) end)
try(function() return ipairs(2.5) end)
try(function() return ipairs(-1) end)
try(function() return ipairs("x") end)
try(function() return ipairs("10") end)
try(function() return ipairs({}) end)
try(function() return ipairs(print) end)
try(function() return ipairs(coroutine.create(function() end)) end)
try(function() return ipairs(newproxy()) end)
try(function() return ipairs({}, nil, "extra") end)
