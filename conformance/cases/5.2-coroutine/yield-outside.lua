print(pcall(coroutine.yield))
print(pcall(coroutine.yield, 1))
print(pcall(function() return coroutine.yield(1) end))
