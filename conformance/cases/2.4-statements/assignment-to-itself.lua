local t = {}
t.x, t = 1, t
print(t.x)
local a = { 1 }
a, a[1] = { 2 }, "changed"
print(a[1])
local b = { 1 }
local old = b
b[1], b = "changed", { 2 }
print(b[1], old[1])
