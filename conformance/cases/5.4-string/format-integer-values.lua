-- %i of ordinary and of odd values, plain and in a field.
for _, value in ipairs { 0, 1, -1, 42, -42, 123456789, 2147483647, -2147483648, 4294967296, 3.7, -3.7, "17", " 0x1F ", 2^31, 2^32 - 1, 2^53, -2^53, 2^62, 0.999999, -0.999999, -0, "0x7fffffff", "1e3", "  12  " } do
  print(string.format("[%i] [%12i] [%-12i] [%.3i] [%+i] [%012.4i]", value, value, value, value, value, value))
end
