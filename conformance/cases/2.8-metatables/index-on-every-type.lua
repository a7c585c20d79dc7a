local function try(f, ...) print(pcall(f, ...)) end
getmetatable("").__index = function(s, k) return s .. "." .. tostring(k) end
print(("x").y, ("x")[1], ("abc").len) getmetatable("").__index = string print(("x").len == string.len, ("x").nothing)
local u = newproxy(true) getmetatable(u).__index = { k = "via table" } print(u.k, u.none) getmetatable(u).__index = function(self, k) return self == u, k end print(u.k, u[1])
getmetatable(u).__index = "string index" print(u.len == string.len, u.nothing) getmetatable(u).__index = 5 try(function() return u.x end) getmetatable(u).__index = nil try(function() return u.x end)
local t = setmetatable({}, { __index = "string" }) print(t.upper == string.upper) t = setmetatable({}, { __index = 5 }) try(function() return t.x end) t = setmetatable({}, { __index = true }) try(function() return t.y end)
