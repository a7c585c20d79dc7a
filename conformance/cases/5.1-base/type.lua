print(type(1), type("1"), type(nil), type(type), type({}), type(true), type(1, 2))
print(pcall(type))
