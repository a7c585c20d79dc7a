local weak = setmetatable({}, { __mode = "v" })
do
  local a, b = {}, {}
  a.b, b.a, a.f = b, a, function() return a, b end
  weak[1], weak[2] = a, b
end
collectgarbage() collectgarbage()
print(weak[1], weak[2])
local co = coroutine.create(function(self) coroutine.yield(self) end)
weak.co = co
coroutine.resume(co, co)
co = nil
collectgarbage() collectgarbage()
print(weak.co)
