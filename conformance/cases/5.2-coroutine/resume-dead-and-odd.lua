print(pcall(coroutine.resume)) print(pcall(coroutine.resume, nil)) print(pcall(coroutine.resume, {})) print(pcall(coroutine.resume, print))
local co = coroutine.create(function() end)
print(coroutine.resume(co)) print(coroutine.resume(co)) print(coroutine.resume(co, 1)) print(coroutine.status(co))
local main = coroutine.create(function() return coroutine.resume(coroutine.running()) end)
print(coroutine.resume(main))
local outer
outer = coroutine.create(function() return coroutine.wrap(function() return coroutine.resume(outer) end)() end)
print(coroutine.resume(outer))
