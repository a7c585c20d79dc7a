-- Level 0 is the environment of the running thread, which new chunks get.
local old = getfenv(0)
local env = setmetatable({ mark = "thread" }, { __index = old })
setfenv(0, env)
print(loadstring("return mark")(), mark, getfenv(0) == env, getfenv(1) == old)
local co = coroutine.create(function() return getfenv(0) == env, getfenv(1) == old end)
print(coroutine.resume(co))
setfenv(0, old)
print(loadstring("return mark")())
