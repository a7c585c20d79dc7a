print(1-- comment
+2)
print(2^-2, - -3, not not nil, 1-(-1))
print("a".."b"..1 .."c")
print(1 ..2)
print(#"abc"-1, -#"abc")
print(1<2, 1<=1, 2>1, 1>=2, 1~=2, 1==1)
