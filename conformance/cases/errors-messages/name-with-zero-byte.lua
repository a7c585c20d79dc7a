-- Names in messages are C strings: they end at a zero byte.
local t = {}
print(pcall(function() t["a\0b"]() end))
print(pcall(function() t["\0b"]() end))
print(pcall(function() return t["a\0b"].x end))
print(pcall(function() return t["a\0b"] + 1 end))
print(pcall(function() return t["a\0b"] .. "x" end))
