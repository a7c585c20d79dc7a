print(type(nil), type(true), type(1), type("x"), type({}), type(print), type(function() end), type(coroutine.create(function() end)), type(newproxy()), type(io.stdout))
print(type(type), type(type(1)), type(0/0), type(nil) == "nil")
print(pcall(type))
print(select("#", type(nil)))
