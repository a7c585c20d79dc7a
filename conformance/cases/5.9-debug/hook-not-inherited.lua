local n = 0
debug.sethook(function() n = n + 1 end, "l")
local co = coroutine.create(function()
  local a
  local b
  local c
end)
coroutine.resume(co)
debug.sethook()
print(n)
print(debug.gethook(co))
