print(coroutine.running())
local co
co = coroutine.create(function() return coroutine.running() == co, type(coroutine.running()), select("#", coroutine.running()) end)
print(coroutine.resume(co))
print(coroutine.wrap(function() return coroutine.running() ~= nil, pcall(function() return coroutine.running() ~= nil end) end)())
print(coroutine.running(co), select("#", coroutine.running()))
