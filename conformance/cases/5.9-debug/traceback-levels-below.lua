-- A level below the first is a tail call.
local function f(level) print((debug.traceback("x", level))) end
f(-1)
f(-3)
f(0)
f(1)
f(3)
f(90)
local co = coroutine.create(function() coroutine.yield() end)
coroutine.resume(co)
print((debug.traceback(co, "x", -2)))
print((debug.traceback(co, nil, -2)))
print((debug.traceback(co, "x", 1)))
print((debug.traceback(co)))
