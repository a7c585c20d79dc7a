-- %c takes the low byte of an int; what does not fit an int is INT_MIN on x86-64.
for _, n in ipairs { 65, 65.9, 256 + 65, -1, -191, 2^31 - 1, 2^31, -2^31, -2^31 - 1, 2^32 + 65, 1e15 + 65, 2^63, 1e300, 1/0, -1/0 } do
  print(n, string.format("%c", n):byte())
end
