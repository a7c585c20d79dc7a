local zero = 0
local negative = -zero
print(negative == zero, 1 / zero, 1 / negative)
print(-zero, zero * negative)
local t = { [0] = "zero" }
print(t[negative])
t[negative] = "again"
print(t[0], next(t))
