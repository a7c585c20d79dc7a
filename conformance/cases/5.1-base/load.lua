local parts, i = { "return ", "1 ", "+ ", "41" }, 0
print(load(function() i = i + 1 return parts[i] end)())
print(type(load(function() return nil end)))
i = 0
print(load(function() i = i + 1 return ({ "x", " =" })[i] end, "=pieces"))
local done = false
print(load(function() if done then return "" end done = true return "return 'empty string ends'" end)())
print(pcall(load, function() return {} end))
print(pcall(load, function() error("reader", 0) end))
print(pcall(load))
print(pcall(load, "return 1"))
