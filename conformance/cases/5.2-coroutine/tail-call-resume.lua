local function finish(...) return "finished", ... end
local co = coroutine.create(function(a) return finish(coroutine.yield(a)) end)
print(coroutine.resume(co, 1))
print(coroutine.resume(co, 2, 3))
co = coroutine.create(function() return coroutine.yield("tail yield") end)
print(coroutine.resume(co))
print(coroutine.resume(co, "value of it"))
