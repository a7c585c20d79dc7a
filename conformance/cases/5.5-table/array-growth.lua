local t = {}
for i = 1, 10000 do t[i] = i end
print(#t, t[1], t[5000], t[10000], t[10001])
for i = 10000, 1, -1 do t[i] = nil end
print(#t, next(t))
for i = 100, 1, -1 do t[i] = i end
print(#t)
local s = {}
for i = 1, 100 do s[i * 2] = i end
for i = 1, 100 do s[i * 2 - 1] = i end
print(#s, s[200], s[199])
