local list = {}
for i = 1, 2000 do
  list[i] = coroutine.create(function(a) local b = coroutine.yield(a + i) return a * b end)
  coroutine.resume(list[i], i)
end
local sum = 0
for i = 1, 2000 do local _, v = coroutine.resume(list[i], 2) sum = sum + v end
print(sum, coroutine.status(list[1]), coroutine.status(list[2000]))
