local name = os.tmpname()
local f = io.open(name)
f:close()
for _, method in ipairs { "close", "flush", "lines", "read", "seek", "setvbuf", "write" } do
  print(method, pcall(f[method], f))
end
print(pcall(function() return f:read() end))
print(pcall(io.lines, f))
os.remove(name)
