local name = os.tmpname()
local f = io.open(name, "wb")
local block = ("0123456789"):rep(1000)
for i = 1, 20 do f:write(block, i, "\n") end
f:close()
local text = io.open(name, "rb"):read("*a")
print(#text, text:sub(-5, -2), text:sub(10000, 10003))
os.remove(name)
