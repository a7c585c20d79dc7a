-- setfenv: every kind of value at every position, the other arguments being right.
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
try(function() return setfenv() end)
try(function() return setfenv(function() end) end)
try(function() return setfenv(nil, {}) end)
try(function() return setfenv(true, {}) end)
try(function() return setfenv(7, {}) end)
try(function() return setfenv(2.5, {}) end)
try(function() return setfenv(-1, {}) end)
try(function() return setfenv("x", {}) end)
try(function() return setfenv("10", {}) end)
try(function() return setfenv({}, {}) end)
try(function() return setfenv(print, {}) end)
try(function() return setfenv(coroutine.create(function() end), {}) end)
try(function() return setfenv(newproxy(), {}) end)
try(function() return setfenv(function() end, nil) end)
try(function() return setfenv(function() end, true) end)
try(function() return setfenv(function() end, 7) end)
try(function() return setfenv(function() end, 2.5) end)
try(function() return setfenv(function() end, -1) end)
try(function() return setfenv(function() end, "x") end)
try(function() return setfenv(function() end, "10") end)
try(function() return setfenv(function() end, {}) end)
try(function() return setfenv(function() end, print) end)
try(function() return setfenv(function() end, coroutine.create(function() end)) end)
try(function() return setfenv(function() end, newproxy()) end)
try(function() return setfenv(function() end, {}, nil, "extra") end)
