local name = os.tmpname()
local f = assert(io.open(name, "w"))
print(f:write("one\n", 2, "\n", 3.5))
print(f:close())
for line in io.lines(name) do print(line) end
os.remove(name)
