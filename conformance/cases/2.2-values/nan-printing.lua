-- The sign shown is the one the hardware gives (x86: 0/0 is negative).
local zero = 0
print(zero / zero, -(zero / zero))
print(math.huge - math.huge, math.sqrt(-1))
