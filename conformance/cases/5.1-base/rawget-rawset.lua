local t = {}
print(rawset(t, 1, "a") == t, rawget(t, 1), rawget(t, 2))
rawset(t, "k", nil)
print(rawget(t, "k"), rawget(t, 1, "extra"))
print(pcall(rawget, t))
print(pcall(rawget, nil, 1))
print(pcall(rawset, t, "only"))
print(pcall(rawset, t, 0/0, 1))
