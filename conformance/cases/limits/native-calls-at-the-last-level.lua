-- The last of the levels that a stack has is no level for a native function either: where there is one, the overflow is at
-- its call.
local function first()
  local kind = type(first)
  return 1 + first()
end
local function plain()
  return 1
    + plain()
end
local function argument()
  return argument(
    tostring(1)
  ) + 1
end
local function tail()
  local f = plain
  if select("#", 1) == 0 then return 1 end
  return 1 + tail()
end
local function method(s)
  return s:
    len() + method(s)
end
function after(n)
  if n == 0 then
    return 0
  end
  return after(n - 1)
    + type(n):len()
end
local function iterate()
  for _ in
    ipairs({}) do
  end
  return 1 + iterate()
end
-- Nor for a function that is to replace its caller.
function bounce(a)
  return
    rebound(a)
end
function rebound(a)
  return 1 +
    bounce(a)
end
for _ = 1, 2 do
  print(pcall(bounce))
  print(pcall(rebound))
  print(pcall(bounce, 1))
  print(pcall(first))
  print(pcall(plain))
  print(pcall(argument))
  print(pcall(tail))
  print(pcall(method, "x"))
  print(pcall(iterate))
  print(coroutine.resume(coroutine.create(first)))
end
-- Just below, natives work, before and after the deepest call.
print(pcall(after, 10000), type(1))
print(xpcall(first, function(message) return message .. " " .. tostring(type(message)) end))
print(xpcall(first, string.upper))
