-- __gc is looked up when the userdata dies.
local log = {}
local u = newproxy(true)
local mt = getmetatable(u)
mt.__gc = function() log[#log + 1] = "old" end
mt.__gc = function() log[#log + 1] = "new" end
u = nil
collectgarbage()
print(table.concat(log, " "))
u = newproxy(true)
getmetatable(u).__gc = function() log[#log + 1] = "never" end
getmetatable(u).__gc = nil
u = nil
collectgarbage()
print(table.concat(log, " "))
u = newproxy(true)
getmetatable(u).__gc = 5
u = nil
print(pcall(collectgarbage))
