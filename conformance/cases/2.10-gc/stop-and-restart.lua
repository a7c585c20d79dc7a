-- A stopped collector collects nothing by itself; asking for a collection starts it again.
local weak = setmetatable({}, { __mode = "v" })
collectgarbage()
collectgarbage("stop")
weak[1] = {}
for i = 1, 100000 do local t = {} end
print(type(weak[1]))
collectgarbage("restart")
local n = 0
while weak[1] and n < 1e7 do local t = {} n = n + 1 end
print(weak[1], n < 1e7)
collectgarbage("stop")
weak[1] = {}
collectgarbage()
print(weak[1])
