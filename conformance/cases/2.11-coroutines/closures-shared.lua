local count = 0
local function worker(step)
  return coroutine.wrap(function() while true do count = count + step coroutine.yield(count) end end)
end
local a, b = worker(1), worker(10)
print(a(), b(), a(), b(), count)
local get
local co = coroutine.wrap(function() local private = 1 get = function() return private end coroutine.yield() private = 2 coroutine.yield() end)
co()
print(get())
co()
print(get())
