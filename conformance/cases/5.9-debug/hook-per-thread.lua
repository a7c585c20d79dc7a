local n = 0
local co = coroutine.create(function()
  local a = 1
  coroutine.yield()
  a = 2
  return a
end)
debug.sethook(co, function(e, l) n = n + 1 end, "l")
print(select(2, debug.gethook(co)), debug.gethook())
local x = 1
coroutine.resume(co)
local y = 2
coroutine.resume(co)
print(n)
