print(coroutine.running())
local co
co = coroutine.create(function() return coroutine.running() == co, type(coroutine.running()) end)
print(coroutine.resume(co))
print(coroutine.wrap(function() return type(coroutine.running()) end)())
