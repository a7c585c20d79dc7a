-- %x of ordinary and of odd values, plain and in a field.
for _, value in ipairs { 0, 1, 42, 255, 4096, 123456789, 2147483647, 4294967295, 4294967296, 2^53, 3.7, "17", " 0x1F ", -1, -255, -2^31, -2^53, 2^62, 0.999999, -0.5, "0x7fffffff", "1e3", "  12  " } do
  print(string.format("[%x] [%12x] [%-12x] [%.3x] [%+x] [%012.4x]", value, value, value, value, value, value))
end
