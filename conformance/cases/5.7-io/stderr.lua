print(io.stderr:write("not seen\n"))
print(io.stderr:flush())
