-- A zero byte behind a dot passes for another dot.
print(loadstring("return 'a'.\0'b'", "=c")())
print(loadstring("return select('#', .\0.)", "=c")(1, 2, 3))
print((select(2, loadstring(".\0", "=c"))))
print((select(2, loadstring("x = .\0\0 y", "=c"))))
print((select(2, loadstring("x = y .\0 = 1", "=c"))))
print((select(2, loadstring("x.\0y = 1", "=c"))))
