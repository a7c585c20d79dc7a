local t = {}
t[1] = "one" t[1.0] = "float one" t["1"] = "string one"
print(t[1], t[1.0], t["1"], t[2 / 2], t[0x1])
t[2^53] = "big" print(t[9007199254740992], t[2^53 + 1])
t[-0] = "zero" print(t[0], t[-0], t[0 * -1])
t[0.1 + 0.2] = "sum" print(t[0.3], t[0.30000000000000004])
t[1/0] = "inf" t[-1/0] = "-inf" print(t[math.huge], t[-math.huge])
print(pcall(function() t[0/0] = 1 end))
print(pcall(function() t[nil] = 1 end))
print(t[nil], t[0/0])
