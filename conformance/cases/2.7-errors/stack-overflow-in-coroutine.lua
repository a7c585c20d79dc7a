local function deep(n) if n == 0 then return 0 end return 1 + deep(n - 1) end
print(coroutine.resume(coroutine.create(deep), 10000))
local function endless() return 1 + endless() end
local ok, m = coroutine.resume(coroutine.create(endless)) print(ok, m)
print(coroutine.resume(coroutine.create(function() local ok, m = pcall(endless) coroutine.yield(ok) return "after" end)))
