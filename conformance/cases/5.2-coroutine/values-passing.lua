local co = coroutine.create(function(...)
  local n = select("#", ...)
  while true do n = select("#", coroutine.yield(n, nil)) end
end)
print(coroutine.resume(co, nil, nil))
print(coroutine.resume(co))
print(coroutine.resume(co, nil))
print(coroutine.resume(co, 1, 2, 3, nil))
local many = {}
for i = 1, 100 do many[i] = i end
local echo = coroutine.wrap(function(...) while true do coroutine.yield(...) end end)
print(select("#", echo(unpack(many))), (select(100, echo())))
