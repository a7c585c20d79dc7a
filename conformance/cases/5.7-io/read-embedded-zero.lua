local name = os.tmpname()
do local f = io.open(name, "wb") f:write("ab\0cd\nef\n\0gh\nlast\0") f:close() end
local f = io.open(name)
for i = 1, 4 do local line = f:read() print(line and #line, line) end
f:seek("set")
print(#f:read("*a"))
f:close()
os.remove(name)
