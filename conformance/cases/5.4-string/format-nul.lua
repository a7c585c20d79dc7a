-- The reference formats through C strings: a zero byte ends what %c and a short %s contribute.
print(#("%c"):format(0), #("%c%c"):format(0, 65), #("%c%c"):format(65, 0))
print(#("%s|"):format("a\0b"), #("%s"):format("a\0" .. ("b"):rep(200)), #("%.5s"):format("a\0bcd"))
print(#("a\0b%d"):format(5), #("%q"):format("a\0b"))
