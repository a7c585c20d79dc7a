local co = coroutine.create(function(x) local y = 1 coroutine.yield() return x, y end)
coroutine.resume(co, 5)
print(debug.setlocal(co, 1, 1, "a"), debug.setlocal(co, 1, 2, "b"))
print(coroutine.resume(co))
