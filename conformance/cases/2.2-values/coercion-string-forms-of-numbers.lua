for _, text in ipairs { "1", "+1", "-1", " -1 ", "--1", "- 1", "1.", ".1", ".", "e1", "1e1", "1E-1", "0x1F", "-0x1f", "+0x1", "0x", "0x1.8", "inf", "nan", "1,5", "1_0", "١", "1\n", "\n1", "1 a", "1e999", "-1e999", "0x1p4", "infinity" } do
  local ok, value = pcall(function() return text + 0 end)
  local n = tonumber(text)
  print(("%q"):format(text), ok and (value ~= value and "nan" or value) or "error", n and n ~= n and "nan" or n)
end
