print(pcall(function() return { [nil] = 1 } end))
print(pcall(function() return { [0/0] = 1 } end))
local k
print(pcall(function() return { [k] = 1 } end))
print(pcall(function() return { [1] = nil, [k] = nil } end))
print(pcall(function() local t = {} t[nil] = nil end))
print(pcall(function() local t = {} t[0/0] = nil end))
print(next { [1] = nil, a = nil })
