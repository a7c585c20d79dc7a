local fs, i = {}, 0
while i < 3 do i = i + 1 local j = i fs[i] = function() j = j + 10 return i, j end end
print(fs[1]()) print(fs[1]()) print(fs[3]())
local gs = {} i = 0
repeat i = i + 1 local j = i gs[i] = function() j = j * 2 return j end until gs[i]() >= 6
print(i, gs[1](), gs[2](), gs[3]())
local hs = {} while #hs < 2 do local n = #hs local function f() n = n + 1 return n, f end hs[#hs + 1] = f end print((hs[1]()), (hs[2]()), (hs[1]()))
