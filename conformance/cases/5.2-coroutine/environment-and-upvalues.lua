local shared = 0
local function worker() for i = 1, 3 do shared = shared + i coroutine.yield(shared) end return shared end
local a, b = coroutine.wrap(worker), coroutine.wrap(worker)
print(a(), b(), a(), b(), a(), b(), a(), b(), shared)
local made = {}
local co = coroutine.wrap(function() for i = 1, 3 do made[i] = function() i = i + 10 return i end coroutine.yield() end end)
co() co() co()
print(made[1](), made[2](), made[3](), made[1]())
