-- Callbacks of library functions cannot yield either.
local function try(f) return coroutine.resume(coroutine.create(f)) end
print(try(function() table.sort({ 3, 2, 1 }, function(a, b) coroutine.yield() return a < b end) end))
print(try(function() return ("abc"):gsub(".", function(c) coroutine.yield(c) end) end))
print(try(function() table.foreach({ 1 }, function() coroutine.yield() end) end))
print(try(function() for _ in coroutine.yield do break end return "unreached" end))
print(try(function() return tostring(setmetatable({}, { __tostring = function() coroutine.yield() end })) end))
