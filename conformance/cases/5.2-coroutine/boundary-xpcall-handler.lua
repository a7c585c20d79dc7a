-- Yielding from inside xpcall handler: refused or not, what is seen inside and outside, and the state afterwards.
local function body(...)
  local function keep(...) return select("#", ...), ... end
  return "returned", keep(xpcall(function() error("x", 0) end, function(m) coroutine.yield(m) return "handled" end))
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
