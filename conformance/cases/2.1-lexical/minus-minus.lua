local a, b = 5, 3
print(a - -b, a -(-b), a- - -b, - - -a)
print(a --b
  + b)
print(-2 ^ 2, - -2 ^ 2, 2 ^ -2, 2 ^ - 1)
print(not -a, -#"abc", #"ab" - -#"c")
