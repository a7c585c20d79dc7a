local mt = {__metatable = "locked"}
local t = setmetatable({}, mt)
print(debug.getmetatable(t) == mt, getmetatable(t))
print(debug.getmetatable(1), debug.getmetatable("").__index == string)
print(pcall(debug.getmetatable))
