local t = { list = {} }
for i = 1, 1000 do t.list[i] = { i, "s" .. i } end
local f = (function() local up = { 42 } return function() return up[1] end end)()
local co = coroutine.wrap(function() local x = { "kept" } coroutine.yield() return x[1] end)
co()
collectgarbage()
collectgarbage("collect")
local sum = 0
for i = 1, 1000 do sum = sum + t.list[i][1] + #t.list[i][2] end
print(sum, f(), co())
