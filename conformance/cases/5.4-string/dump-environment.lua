local function f() return x end
setfenv(f, { x = 1 })
x = "global"
print(f(), loadstring(string.dump(f))())
print(getfenv(loadstring(string.dump(f))) == _G)
