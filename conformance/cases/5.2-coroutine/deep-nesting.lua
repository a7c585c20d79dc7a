local function nest(n) if n == 0 then return "bottom" end local co = coroutine.create(nest) local ok, v = coroutine.resume(co, n - 1) return v end
print(nest(50), nest(150))
local function wrapped(n) if n == 0 then return 0 end return 1 + coroutine.wrap(wrapped)(n - 1) end
print(wrapped(100))
