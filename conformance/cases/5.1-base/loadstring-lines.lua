for _, text in ipairs { "\n\n\nx = = 1", "x = 1\nx = 2\nx = = 3", "\r\n\r\nx = =", "\n\r\n\rx = =", "--[[\n\n]] x = =", "s = [[\n\n\n]] x = =", "s = 'a\\\nb' x = =", "#!shebang\nx = =", "x = = -- \n", "f(\n\n=)" } do
  print(loadstring(text, "=c"))
end
local f = loadstring("local a\nlocal b\nerror('third')", "=c")
print(pcall(f))
f = loadstring("local a = nil\n\n\nreturn a.b.c", "=c")
print(pcall(f))
