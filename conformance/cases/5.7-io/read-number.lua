local name = os.tmpname()
do local f = io.open(name, "wb") f:write("1 -2 +3 .5 5. 1e2 1E-2 0x1F -0x10 1e inf nan 7abc 9") f:close() end
local f = io.open(name)
for i = 1, 14 do print(f:read("*n", 0)) end
print(f:read("*a"))
f:close()
os.remove(name)
