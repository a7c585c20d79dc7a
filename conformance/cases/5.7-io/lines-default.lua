local name = os.tmpname()
do local f = io.open(name, "wb") f:write("a\nb") f:close() end
io.input(name)
for line in io.lines() do print(line) end
print(io.type(io.input()))
print(io.read())
print(pcall(io.lines, nil))
os.remove(name)
