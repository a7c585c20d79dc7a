local box = { print = print }
box._G = box
local chunk = loadstring("x = 1 print(x, _G.x, tostring) function f() return x end return f")
setfenv(chunk, box)
local f = chunk()
print(box.x, rawget(_G, "x"), f(), box.f == f)
box.x = 2
print(f())
