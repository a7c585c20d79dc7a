print(getfenv() == _G, getfenv(1) == _G, getfenv(0) == _G, getfenv(print) == _G)
local env = {}
local f = setfenv(function() return 1 end, env)
print(getfenv(f) == env)
local function inner() return getfenv(2) end
local g = setfenv(function() local e = inner() return e end, setmetatable({}, { __index = _G }))
print(g() == getfenv(g))
print(pcall(getfenv, -1))
print(pcall(getfenv, 50))
print(pcall(getfenv, "x"))
