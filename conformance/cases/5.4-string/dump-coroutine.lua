local f = loadstring(string.dump(function(a) local b = coroutine.yield(a + 1) return b * 2 end))
local co = coroutine.wrap(f)
print(co(1), co(10))
