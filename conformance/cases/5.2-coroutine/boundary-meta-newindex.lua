-- Yielding from inside meta newindex: refused or not, what is seen inside and outside, and the state afterwards.
local function body(...)
  local function keep(...) return select("#", ...), ... end
  return "returned", keep((function() local mt = { __newindex = function(a, b) return coroutine.yield(1) end } local o, p = setmetatable({}, mt), setmetatable({}, mt) return (function() o.x = 1 end)() end)())
end
local co = coroutine.create(body)
for i = 1, 4 do
  print(i, coroutine.resume(co, "sent" .. i))
  print("", coroutine.status(co))
end
local protected = coroutine.create(function()
  local ok, message = pcall(body)
  return ok, message, coroutine.running() ~= nil
end)
print(coroutine.resume(protected))
print(coroutine.status(protected))
print(pcall(coroutine.wrap(body)))
print(pcall(body))
