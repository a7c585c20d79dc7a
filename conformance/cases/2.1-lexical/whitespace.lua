local	x	=	1
print(x)print(2)local
y
=
3 print(
y
)
print(x+y,x
-
y)
