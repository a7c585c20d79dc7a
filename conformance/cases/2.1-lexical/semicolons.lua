local a = 1; local b = 2;
print(a, b);
do local c = 3; print(c); end;
print(loadstring(";", "=c"))
print(loadstring("a = 1;; b = 2", "=c"))
print(loadstring("return;", "=c") ~= nil)
