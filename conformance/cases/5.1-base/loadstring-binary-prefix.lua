-- Text that begins with ESC is a precompiled chunk for the reference; broken ones must be refused.
local f, message = loadstring("\27Lua", "=b")
print(f, type(message))
print((loadstring("\27", "=b")))
