-- The result takes the sign of the divisor.
print(5 % 3, -5 % 3, 5 % -3, -5 % -3)
print(5.5 % 2, -5.5 % 2, 5.5 % -2, 0.5 % 1)
print(6 % 3, -6 % 3, 1 % 0.25, 1e15 % 7)
print(2 ^ 53 % 2, -2 ^ 53 % 3)
print((5 % 0) ~= (5 % 0), (math.huge % 2) ~= (math.huge % 2))
