-- pcall is a C function: a yield may not cross it in 5.1.
local co = coroutine.create(function()
  local ok, message = pcall(function() coroutine.yield(1) end)
  print(ok, message)
  return "finished"
end)
print(coroutine.resume(co))
print(coroutine.status(co))
co = coroutine.create(function() return xpcall(function() coroutine.yield() end, function(m) return "h: " .. m end) end)
print(coroutine.resume(co))
