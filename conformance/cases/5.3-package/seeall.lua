local t = {}
print(package.seeall(t))
print(getmetatable(t).__index == _G, t.print == print)
local metatable = { kept = true }
local u = setmetatable({}, metatable)
package.seeall(u)
print(getmetatable(u) == metatable, metatable.kept, metatable.__index == _G)
