local name = os.tmpname()
do local f = io.open(name, "wb") f:write("hello\nworld\n") f:close() end
local f = io.open(name)
print(f:read(1), f:read("*a"))
print(f:read("*a") == "", f:read("*l"), f:read(0), f:read(1), f:read("*n"))
f:close()
os.remove(name)
