local t = {}
t[1] = "a"
t[1.0] = "b"
t[2^53] = "big"
t[1.5] = "half"
t[-1] = "minus"
print(t[1], t[2^53], t[1.5], t[-1], t[3 - 2], #t)
t[1e300] = "huge"
print(t[1e300], t[10 ^ 300], t[math.huge])
t[math.huge] = "inf"
print(t[math.huge], t[-math.huge], t[1/0])
