-- In a method call the count starts after self; self itself is "calling 'x' on bad self".
local object = setmetatable({}, { __index = string })
print(pcall(function() object:rep(3) end))
print(pcall(function() object:byte() end))
print(pcall(function() ("x"):format(1, 2):rep("y") end))
print(pcall(function() ("%d"):format("x") end))
print(pcall(function() ("%d %d"):format(1) end))
print(pcall(function() string.format("%d", "x") end))
