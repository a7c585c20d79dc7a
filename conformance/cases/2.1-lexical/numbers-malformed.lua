for _, text in ipairs { "3x", "0x", "0xg", "1e", "1e+", "3..2", "1.2.3", "08a", "1_000", "0b1", "1ee2", "5.e" } do
  print(text, loadstring("return " .. text, "=c"))
end
