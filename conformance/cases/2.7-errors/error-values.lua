print(pcall(error, 42))
print(pcall(error, true))
print(select(2, pcall(error, { code = 7 })).code)
local object = {}
local ok, e = pcall(error, object)
print(ok, e == object)
local f = function() end
print(select(2, pcall(error, f)) == f)
print(type(select(2, pcall(function() error(12) end))))
print(pcall(function() error(12) end))
print(pcall(function() error("1" + 1) end))
