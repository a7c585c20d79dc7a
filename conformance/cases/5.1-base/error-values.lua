for _, value in ipairs { 1, -0.5, true, false, "text" } do print(type(value), pcall(error, value)) print("", pcall(function() error(value) end)) print("", pcall(function() error(value, 2) end)) end
print(pcall(error)) print(pcall(error, nil)) print(pcall(function() error() end))
local t = {}
print(select(2, pcall(error, t)) == t, select(2, pcall(error, print)) == print, select("#", pcall(error, 1, 1)))
print(pcall(function() error(setmetatable({}, { __tostring = function() return "shown" end })) end) == false)
print(pcall(function() error(12) end)) print(pcall(function() error("12") end))
