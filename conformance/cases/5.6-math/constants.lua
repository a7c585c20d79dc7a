print(math.pi, math.huge, -math.huge, ("%.17g"):format(math.pi))
print(math.huge > 1e308, math.huge == 1/0, type(math.pi))
math.pi = 3
print(math.pi)
