print(loadstring("#!/usr/bin/lua\nreturn 5", "=c"))
print(loadstring("# comment\nreturn 5", "=c"))
print(loadstring("#x", "=c"))
print(loadstring("return #'abc'", "=c")())
