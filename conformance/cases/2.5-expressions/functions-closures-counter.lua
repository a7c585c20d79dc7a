local function counter(start, step) local n = start - step return function(by) n = n + (by or step) return n end, function() return n end end
local inc, get = counter(10, 5)
print(inc(), inc(), inc(1), get())
local inc2 = counter(0, 1) print(inc2(), inc2(), inc(), get())
local fs = {} for i = 1, 3 do fs[i] = counter(i, i) end print(fs[1](), fs[2](), fs[3](), fs[1](), fs[3]())
