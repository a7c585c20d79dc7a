-- Measures creating closures, calling them, and shared mutable upvalues.
local n = tonumber((...)) or 900000

local function counter(start, step)
  local value = start
  return function()
    value = value + step
    return value
  end, function() return value end
end

local function compose(f, g)
  return function(x) return f(g(x)) end
end

local function adder(k)
  return function(x) return x + k end
end

local sum = 0
for i = 1, n do
  local bump, peek = counter(i, i % 3)
  bump()
  bump()
  sum = sum + peek() % 10
  local f = compose(adder(i % 5), adder(1))
  sum = sum + f(2)
end

local chain = adder(0)
for i = 1, 60 do chain = compose(chain, adder(i)) end
for i = 1, n / 30 do sum = sum + chain(i) % 7 end
print("closures", n, sum)
