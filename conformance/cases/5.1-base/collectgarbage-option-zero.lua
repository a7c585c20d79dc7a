-- A library function reads an option as C does: to the first zero byte.
print(type(collectgarbage("count\0x")))
print(pcall(collectgarbage, "a\0b"))
print(pcall(collectgarbage, ""))
print(pcall(collectgarbage, "\0count"))
