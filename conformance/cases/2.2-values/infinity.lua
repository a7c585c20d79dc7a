print(1/0, -1/0, math.huge, -math.huge)
print(1/0 == math.huge, 1/0 > 1e308, -1/0 < -1e308)
print(math.huge + 1 == math.huge, math.huge * -1)
print(tostring(math.huge), 1/math.huge, 1/-math.huge == 0)
