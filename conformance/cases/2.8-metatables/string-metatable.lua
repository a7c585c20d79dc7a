print(("abc"):len(), ("x").rep("ab", 2), ("abc").missing)
local s = "text"
print(s:sub(2, 3), s.upper(s), #s:rep(2))
getmetatable("").__index = function(s, k) if type(k) == "number" then return string.sub(s, k, k) end return string[k] end
print(s[1], s[4], s:upper(), ("xyz")[2])
getmetatable("").__index = string
print(pcall(function() return ("x").y.z end))
print(pcall(function() ("x").y = 1 end))
getmetatable("").__call = function(s, n) return s .. n end
print(("called")(5))
getmetatable("").__call = nil
