local a, b = 1, "x"
local function f() b = b .. "y" return a, b end
print(debug.getupvalue(f, 1))
print(debug.getupvalue(f, 2))
print(debug.getupvalue(f, 3))
print(debug.getupvalue(f, 0))
print(debug.getupvalue(f, -1))
print(debug.getupvalue(print, 1))
print(debug.getupvalue(string.gmatch("x", "x"), 1))
