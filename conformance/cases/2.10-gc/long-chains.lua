local list
for i = 1, 200000 do list = { next = list } end
collectgarbage()
local n = 0
while list do n = n + 1 list = list.next end
print(n)
local f = function() return 0 end
for i = 1, 10000 do local g = f f = function() return g end end
collectgarbage()
print(type(f()))
