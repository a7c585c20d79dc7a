local co = coroutine.create(function()
  debug.sethook(function() coroutine.yield() end, "l")
  local a
  return a
end)
print(coroutine.resume(co))
