print(2 + 3 * 4, 2 ^ 3, 10 % 3, -5, 7 / 2)
print(1 / 0, -1 / 0, 0 == -0)
print("a" .. "b" == "ab", #"xyz" * 2)
print((2 + 3) * (4 - 1), -(2 ^ 2), not nil == true)
