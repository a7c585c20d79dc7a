local name = os.tmpname()
do local f = io.open(name, "wb") f:write("abc\n5\ndef") f:close() end
local f = io.open(name)
print(f:read("*line"))
print(f:read("*number"))
print(f:read("*all"))
f:close()
os.remove(name)
