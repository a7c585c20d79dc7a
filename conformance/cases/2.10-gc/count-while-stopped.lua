collectgarbage()
local x = gcinfo()
collectgarbage("stop")
repeat local a = {} until gcinfo() > x + 3000
collectgarbage("restart")
repeat local a = {} until gcinfo() < x + 1000
print("done")
