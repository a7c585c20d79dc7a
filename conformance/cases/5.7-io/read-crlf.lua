local name = os.tmpname()
do local f = io.open(name, "wb") f:write("a\r\nb\r\n") f:close() end
for line in io.lines(name) do print(#line, line:byte(-1)) end
os.remove(name)
