print("a" < "b", "a" < "B", "" < "a", "abc" < "abd", "abc" < "abcd", "Z" < "a")
print("10" < "9", "a\0b" < "a\0c", "a\0" > "a", "a" <= "a", "b" >= "a")
print(not ("a" < "a"), "a\0z" < "b")
