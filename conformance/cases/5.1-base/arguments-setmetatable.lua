-- setmetatable: every kind of value at every position, the other arguments being right.
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
try(function() return setmetatable() end)
try(function() return setmetatable({}) end)
try(function() return setmetatable(nil, {}) end)
try(function() return setmetatable(true, {}) end)
try(function() return setmetatable(7, {}) end)
try(function() return setmetatable(2.5, {}) end)
try(function() return setmetatable(-1, {}) end)
try(function() return setmetatable("x", {}) end)
try(function() return setmetatable("10", {}) end)
try(function() return setmetatable({}, {}) end)
try(function() return setmetatable(print, {}) end)
try(function() return setmetatable(coroutine.create(function() end), {}) end)
try(function() return setmetatable(newproxy(), {}) end)
try(function() return setmetatable({}, nil) end)
try(function() return setmetatable({}, true) end)
try(function() return setmetatable({}, 7) end)
try(function() return setmetatable({}, 2.5) end)
try(function() return setmetatable({}, -1) end)
try(function() return setmetatable({}, "x") end)
try(function() return setmetatable({}, "10") end)
try(function() return setmetatable({}, print) end)
try(function() return setmetatable({}, coroutine.create(function() end)) end)
try(function() return setmetatable({}, newproxy()) end)
try(function() return setmetatable({}, {}, nil, "extra") end)
