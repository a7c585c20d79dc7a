local t = {}
print(getmetatable(t))
local mt = {}
print(setmetatable(t, mt) == t, getmetatable(t) == mt)
setmetatable(t, nil)
print(getmetatable(t))
print(pcall(setmetatable, 1, {}))
print(pcall(setmetatable, {}))
print(pcall(setmetatable, {}, 1))
print(select('#', pcall(setmetatable, {}, nil)))
print(getmetatable("").__index == string, getmetatable(1), getmetatable(print), getmetatable(nil))
