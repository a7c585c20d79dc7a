print("a" .. "b", "a" .. 1, 1 .. "a", 1 .. 2, "" .. "")
print("a" .. "b" .. "c" .. 1 .. 2 .. "d" .. 1.5)
print(pcall(function() return "a" .. nil end))
print(pcall(function() return {} .. "a" end))
print(pcall(function() return true .. "a" end))
local s = "x"
s = s .. s .. s
print(s, #(s .. s))
