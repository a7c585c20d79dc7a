local f = io.popen("echo hello; echo there; exit 3")
print(io.type(f))
print(f:read())
print(f:read("*a"))
print(f:seek())
print(f:close())
for line in io.popen("printf '1\\n2\\n3'"):lines() do io.write(line, ";") end
print()
