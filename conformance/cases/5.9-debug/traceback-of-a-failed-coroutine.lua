local co = coroutine.create(function()
  local function inner() error("bad") end
  inner()
end)
print(coroutine.resume(co))
print(debug.traceback(co))
print(coroutine.resume(co))
print(coroutine.status(co))
