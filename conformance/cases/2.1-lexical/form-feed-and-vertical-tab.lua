print(loadstring("return\f1\v+\t2", "=c")())
print(loadstring("\f\v\t return 3", "=c")())
print(loadstring("local\fx\v=\f4\vreturn\tx", "=c")())
print(select(2, pcall(loadstring("\f\n\v\nerror('line')", "=c"))))
