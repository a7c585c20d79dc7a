local function count(...) return select("#", ...) end
local t = {}
for i = 1, 200 do t[i] = i end
print(count(unpack(t)), (select(200, unpack(t))), select(199, unpack(t)))
for i = 201, 3000 do t[i] = i end
print(count(unpack(t)), select(-1, unpack(t)))
local function sum(...) local s = 0 for i = 1, select("#", ...) do s = s + (select(i, ...)) end return s end
print(sum(unpack(t, 1, 250)))
print(math.max(unpack(t)), #{ unpack(t, 1, 2000) })
