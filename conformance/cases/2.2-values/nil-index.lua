local t = {}
print(t[nil], t.x, t[1])
print(pcall(function() t[nil] = 1 end))
print(pcall(rawset, t, nil, 1))
print(pcall(function() return { [nil] = 1 } end))
print(next(t))
