-- Yielding from inside sort: refused or not, what is seen inside and outside, and the state afterwards.
local function body(...)
  local function keep(...) return select("#", ...), ... end
  return "returned", keep(table.sort({ 2, 1 }, function(a, b) coroutine.yield(1) return a < b end))
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
