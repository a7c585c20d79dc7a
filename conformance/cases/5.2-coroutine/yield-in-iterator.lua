-- The iterator of a generic loop is called by the machine itself: it may not yield in 5.1; the body may.
local co = coroutine.create(function()
  for i in function(_, n) coroutine.yield("iterator") return 1 end do break end
end)
print(coroutine.resume(co))
co = coroutine.wrap(function()
  for i, v in ipairs { "a", "b" } do coroutine.yield(i .. v) end
  return "over"
end)
print(co(), co(), co())
