for _, value in ipairs { 1, "text", true, false } do
  print(coroutine.resume(coroutine.create(function() error(value) end)))
  print(coroutine.resume(coroutine.create(function() error(value, 0) end)))
  print(coroutine.resume(coroutine.create(function() error(value, 2) end)))
end
print(coroutine.resume(coroutine.create(function() error() end))) print(coroutine.resume(coroutine.create(function() error(nil) end)))
local t = {}
print(select(2, coroutine.resume(coroutine.create(function() error(t) end))) == t)
