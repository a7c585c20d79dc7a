local name = os.tmpname()
local f = io.open(name)
print(f:read())
print(f:read("*a"))
print(f:read(0))
print(f:read("*l", "*a"))
f:close()
for line in io.lines(name) do print("never") end
os.remove(name)
