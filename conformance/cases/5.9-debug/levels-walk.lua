local function walk() local l = 1 while true do local i = debug.getinfo(l, "nSl") if not i then break end print(l, i.what, i.name, i.namewhat, i.currentline) l = l + 1 end end
local function a() walk() end
local function b() a() end
b()
pcall(b)
