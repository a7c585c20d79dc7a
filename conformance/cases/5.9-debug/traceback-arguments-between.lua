-- What lies between the message and the stack goes into the text.
local function show(...) print((select(2, ...))) end
local function f(...) show(pcall(debug.traceback, ...)) end
f("x", nil)
f("x", {}, 1)
f("x", 1, "y")
f("x", 1, 3)
f("x", "y", "z", 1)
f("x", true, {}, 3)
f({}, 1, 2)
f(nil, "a")
print(select("#", debug.traceback(nil)), debug.traceback(nil, 7, 8))
local co = coroutine.create(function() local x = 1 coroutine.yield() end)
coroutine.resume(co)
f(co, "x", nil)
f(co, "x", 0, "y")
f(co, nil, nil, 4)
