local log = 0
local first = newproxy(true)
getmetatable(first).__gc = function() log = log + 1 end
for i = 1, 10 do newproxy(first) end
collectgarbage()
print(log)
first = nil
collectgarbage()
print(log)
