local fs = {}
for i = 1, 4 do fs[i] = { get = function() return i end, set = function(v) i = v end } end
fs[2].set(20) fs[4].set("four")
for i = 1, 4 do io.write(tostring(fs[i].get()), " ") end print()
for i = 3, 1, -1 do local j = i * i fs[i] = function() j = j + 1 return i, j end end
print(fs[1]()) print(fs[1]()) print(fs[3]()) print(fs[2]())
local gs = {} for i = 1, 3 do i = i * 10 gs[#gs + 1] = function() return i end end print(gs[1](), gs[2](), gs[3]())
