-- %g of ordinary and of odd values, plain and in a field.
for _, value in ipairs { 0, 1, -1, 0.1, -2.5, 3.14159265358979, 1e10, 123456.789, 1e-5, 1e100, -1e-100, "2.5", " 1e3 ", 1/0, -1/0, -0, 1e15, 1e16, 1e17, 2^53, 2^63, 2^1023, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.5, 1.5, 2.5, 9.5, 9.995, 99999.5, 999999.5, "0x10", "1e-3" } do
  print(string.format("[%g] [%12g] [%-12g] [%.3g] [%+g] [%012.4g]", value, value, value, value, value, value))
end
