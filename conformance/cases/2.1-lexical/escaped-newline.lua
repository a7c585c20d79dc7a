local s = "one\
two\
three"
print(s, #s)
print("a\
" == "a\n")
