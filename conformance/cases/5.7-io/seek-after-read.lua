local name = os.tmpname()
do local f = io.open(name, "wb") f:write("line 1\nline 2\nline 3\n") f:close() end
local f = io.open(name)
f:read()
print(f:seek(), f:seek("cur", 1), f:read(2), f:seek("cur", -1), f:read("*l"))
f:close()
os.remove(name)
