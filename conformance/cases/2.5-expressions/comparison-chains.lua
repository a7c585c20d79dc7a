local function sign(x) return x < 0 and "-" or x > 0 and "+" or "0" end
print(sign(-3), sign(0), sign(3))
print(1 < 2 and 2 < 3, not (1 > 2) and not (2 > 3))
print((1 == 1) == (2 == 2), (1 ~= 2) ~= (2 ~= 2))
local a, b, c = 1, 2, 3
print(a < b and b < c and "rising" or "not", a > b or b > c or "none")
print(not a == b, not (a == b), a ~= b)
