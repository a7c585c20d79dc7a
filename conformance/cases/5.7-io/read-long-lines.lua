local name = os.tmpname()
local f = io.open(name, "w")
for _, n in ipairs { 4095, 4096, 4097, 8190, 8191, 8192, 20000 } do f:write(("x"):rep(n), "\n") end
f:close()
for line in io.lines(name) do print(#line) end
f = io.open(name)
print(#f:read(10000), #f:read("*a"))
f:close()
os.remove(name)
