local m = setmetatable({}, { __lt = function() return true end, __le = function() return true end, __add = function() return 1 end, __tostring = function() return "5" end })
print(pcall(function() for i = m, 2 do end end))
print(pcall(function() for i = 1, m do end end))
print(pcall(function() for i = 1, 2, m do end end))
