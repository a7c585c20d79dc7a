-- %s of ordinary and of odd values, plain and in a field.
for _, value in ipairs { "", "a", "abc", "hello world", "a\nb", 12, -0.5, 1e100, "a\0b", ("x"):rep(99), ("x"):rep(100), ("x"):rep(101), ("y"):rep(600), 2^53, 1e15, 0.1, -0 } do
  print(string.format("[%s] [%12s] [%-12s] [%.3s] [%+s] [%012.4s]", value, value, value, value, value, value))
end
