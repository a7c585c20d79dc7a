local s = "hello"
print(s:sub(2), s:sub(2, 3), s:sub(-3), s:sub(-3, -2), s:sub(2, -2))
print("[" .. s:sub(10) .. "]", "[" .. s:sub(3, 2) .. "]", s:sub(0), s:sub(-100, 2), s:sub(4, 100))
print(s:sub(1, 0) == "", s:sub(-1, 1) == "", s:sub(0, 0) == "", s:sub(5, 5), s:sub(6, 6) == "")
print(s:sub("2", "3"), s:sub(2.9), s:sub(2, 2))
