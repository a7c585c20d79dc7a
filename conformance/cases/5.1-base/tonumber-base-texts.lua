for _, text in ipairs { "", " ", "0", "00012", "+5", "-5", "- 5", "+-5", "0x1f", "0X1F", "x1f", "1f", "1F ", " 1f", "1f.", "1.5", "1e2", "\t12\n", "12\0", "z" } do
  print((text:gsub("%c", "?")), tonumber(text, 2), tonumber(text, 8), tonumber(text, 10), tonumber(text, 16), tonumber(text, 36))
end
