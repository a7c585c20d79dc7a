local name = os.tmpname()
do local f = io.open(name, "wb") f:write("12 rest\nline\nabcdef") f:close() end
local f = io.open(name)
print(f:read("*n", "*l", "*l", 3, "*a"))
f:seek("set")
print(f:read("*n", "*n", "*l"))
print(f:read("*l"))
f:close()
os.remove(name)
