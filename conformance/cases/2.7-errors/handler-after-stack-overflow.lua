-- A handler of a stack overflow has room of its own: it may call natives, pcall and overflow once more.
local function rec(n) return 1 + rec(n + 1) end
local function try(name, handler) print(name, xpcall(function() return rec(1) end, handler)) end
try("pcall", function(m) return m .. tostring(pcall(error, "x")) end)
try("gsub", function() return (string.gsub("abc", "%w", function(c) return c .. c end)) end)
try("sort", function() local t = {3, 1, 2} table.sort(t, function(a, b) return a < b end) return table.concat(t) end)
try("overflow", function() return rec(1) end)
try("overflow in pcall", function() return tostring(select(2, pcall(rec, 1))) end)
try("xpcall", function() return select(2, xpcall(function() error("q", 0) end, function(m) return "inner " .. m end)) end)
try("metamethod", function() return setmetatable({}, {__index = function(_, k) return k end}).foo end)
try("coroutine", function() return coroutine.wrap(function() coroutine.yield(5) end)() end)
try("overflow in coroutine", function() return select(2, coroutine.resume(coroutine.create(function() return rec(1) end))) end)
try("error", function() error("boo") end)
print("after", pcall(rec, 1))
