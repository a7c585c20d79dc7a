-- %c of ordinary and of odd values, plain and in a field.
for _, value in ipairs { 65, 97, 32, 126, "66", 48.9, 10, 127, 128, 200, 255, 321, -191, "0x41" } do
  print(string.format("[%c] [%12c] [%-12c] [%.3c] [%+c] [%012.4c]", value, value, value, value, value, value))
end
