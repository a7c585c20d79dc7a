print(pcall(coroutine.yield)) print(pcall(coroutine.yield, 1, 2)) print(pcall(function() coroutine.yield() end)) print(pcall(function() return coroutine.yield() end))
