for _, v in ipairs { 1, true, print, {}, coroutine.create(function() end), newproxy() } do print(type(v), getmetatable(v)) end
print(getmetatable(nil), type(getmetatable("")), getmetatable("").__index == string, getmetatable("x") == getmetatable(""))
print(pcall(getmetatable))
local mt = {}
print(getmetatable(setmetatable({}, mt)) == mt, getmetatable(setmetatable({}, setmetatable({}, { __index = { __metatable = "inherited" } }))) ~= "inherited")
