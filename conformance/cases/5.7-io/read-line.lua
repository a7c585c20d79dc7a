local name = os.tmpname()
do local f = io.open(name, "wb") f:write("a\n\nlast line\nno end") f:close() end
local f = io.open(name)
print(f:read())
print(f:read("*l"))
print(f:read("*l", "*l", "*l"))
print(f:read())
f:close()
os.remove(name)
