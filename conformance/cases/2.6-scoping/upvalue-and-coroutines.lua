local n = 0 local function body() for i = 1, 3 do n = n + i coroutine.yield(n) end return "end" end
local a, b = coroutine.wrap(body), coroutine.wrap(body) print(a(), b(), a(), b(), n) n = 100 print(a(), b())
local get, set local co = coroutine.create(function(v) get, set = function() return v end, function(x) v = x end while true do v = coroutine.yield(v) or v end end)
print(coroutine.resume(co, 1)) print(get()) set(5) print(coroutine.resume(co)) print(coroutine.resume(co, 7), get())
