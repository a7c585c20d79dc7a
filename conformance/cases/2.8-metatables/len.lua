-- In 5.1 __len is not consulted for tables and strings.
local t = setmetatable({ 1, 2 }, { __len = function() return 42 end })
print(#t)
getmetatable("").__len = function() return 99 end
print(#"abc")
getmetatable("").__len = nil
local u = newproxy(true)
getmetatable(u).__len = function() return 7 end
print(#u)
print(pcall(function() return #newproxy() end))
