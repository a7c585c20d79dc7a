package.preload.m = function() return coroutine.running() ~= nil end
print(coroutine.wrap(function() return require "m" end)())
package.preload.y = function() coroutine.yield(1) end
print(coroutine.resume(coroutine.create(function() return require "y" end)))
