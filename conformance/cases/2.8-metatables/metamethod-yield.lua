-- A handler written in Lua may not yield across the operator in 5.1.
local t = setmetatable({}, { __add = function(a, b) return coroutine.yield("in add") end, __index = function(_, k) return coroutine.yield(k) end })
local co = coroutine.create(function() return t + 1 end)
print(coroutine.resume(co))
print(coroutine.status(co))
co = coroutine.create(function() return t.key end)
print(coroutine.resume(co))
