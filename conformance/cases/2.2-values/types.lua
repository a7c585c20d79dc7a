print(type(nil), type(true), type(1), type("s"), type({}), type(print), type(function() end))
print(type(coroutine.create(function() end)), type(type))
print(type(type(1)), type(newproxy()))
