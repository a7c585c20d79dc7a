local a = { 1, b = { c = 2 } }
print(a.b.c, a . b . c, a
  .b
  .c)
print(1 ..a[1], 2 .. 3 ..4)
print(loadstring("local a = 1 return a..2", "=c")())
print(loadstring("local a = 1 return a.. 2", "=c")())
print(loadstring("local a = 1 return a..'x'..a", "=c")())
print(loadstring("return ...5", "=c"))
print(loadstring("return ... .. 5", "=c")("v"))
print(loadstring("return .. 5", "=c"))
