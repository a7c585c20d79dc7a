-- a % b is a - floor(a / b) * b, computed so: with an infinite divisor that is not always a number.
local function show(v) return v ~= v and "not a number" or v end
print(show(0 % math.huge), show(5 % math.huge), show(-1 % math.huge))
print(show(3 % -math.huge), show(0 % 5), show(5 % 0))
