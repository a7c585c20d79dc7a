local count = 0
local function deep() count = count + 1 deep() end
pcall(deep)
local first = count
count = 0
pcall(deep)
print(count > 100, first > 100)
local co = coroutine.wrap(function() local ok, e = pcall(deep) coroutine.yield(ok) return "after" end)
print(co(), co())
