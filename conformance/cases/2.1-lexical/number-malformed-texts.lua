for _, text in ipairs { "1e", "1e+", "1e-", "1..2", "1.2.3", "1x", "0x", "0xg", "0x1g", "1_000", "1e5e5", "1e5.5", "12abc", "0x1p", "1a", "3in", "1.5.", "..5", "0b1", "1e5x", "1E+x" } do
  local f, message = loadstring("return " .. text, "=c")
  print(text, f and f(), message)
end
