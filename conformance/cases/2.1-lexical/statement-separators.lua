local a = 1; local b = 2; print(a, b);
do local c = 3; end;
if a then b = 5; end; print(b);
for i = 1, 2 do local x = i; end;
print((select(2, loadstring(";", "=c"))))
print((select(2, loadstring("a = 1;;", "=c"))))
print((select(2, loadstring("; a = 1", "=c"))))
print((select(2, loadstring("do ; end", "=c"))))
print((select(2, loadstring("return 1;", "=c"))))
print((select(2, loadstring("return 1;;", "=c"))))
print((select(2, loadstring("return;", "=c"))))
print(loadstring("a = 1 b = 2 return a + b")())
