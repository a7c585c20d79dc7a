v = 5
print(pcall(function() module("v") end))
print(pcall(function() module("v.x") end))
print(pcall(function() module("w.x") w = 1 end))
print(type(w.x))
