-- What the reader may give.
local function once(v) local n = 0 return function() n = n + 1 if n == 1 then return v end end end
for _, v in ipairs { 5, {}, true, print } do print(type(v), pcall(load, once(v))) end
local n = 0
print(load(function() n = n + 1 if n == 1 then return "return 7" end end)(), n) n = 0
print(load(function() n = n + 1 if n == 1 then return "return 7" end return "" end)(), n) n = 0
print(load(function() n = n + 1 if n <= 3 then return n == 1 and "return " or n end end)(), n) n = 0
print(load(function() n = n + 1 if n == 1 then return "return 8", "second", "third" end return nil, "x" end)(), n) n = 0
print(pcall(load, function() error("from reader") end))
print(pcall(load, function() error("plain", 0) end))
print(select("#", pcall(load, function() error() end)))
print(type(select(3, pcall(load, function() error({}) end))))
print(pcall(load, function() n = n + 1 if n == 1 then return "return 1" end error("late", 0) end)) n = 0
print(pcall(load, function() n = n + 1 if n == 1 then return "return return 1" end error("late", 0) end)) n = 0
print(pcall(load, function() n = n + 1 if n == 1 then return "x = = 1" end return {} end)) n = 0
print(pcall(load, function() n = n + 1 if n == 1 then return "return 1" end return {} end)) n = 0
