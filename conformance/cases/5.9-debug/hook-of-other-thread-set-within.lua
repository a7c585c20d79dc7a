-- Setting the hook of another thread is told of once.
local log = {}
local co = coroutine.create(function() end)
debug.sethook(function(event) log[#log + 1] = event .. " " .. tostring(debug.getinfo(2, "n").name) end, "cr")
debug.sethook(co, function() end, "r")
debug.gethook(co)
debug.sethook()
print(table.concat(log, "\n"))
