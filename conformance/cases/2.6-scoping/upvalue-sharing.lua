local function pair()
  local n = 0
  return function() n = n + 1 return n end, function() return n end, function(v) n = v end
end
local inc, get, set = pair()
inc() inc()
print(get())
set(10)
print(inc(), get())
local inc2, get2 = pair()
inc2()
print(get(), get2())
