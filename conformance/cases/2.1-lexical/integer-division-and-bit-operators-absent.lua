for _, code in ipairs { "1 // 2", "1 & 2", "1 | 2", "1 << 2", "1 >> 2", "~1", "1 ~ 2", "1 >>> 2", "a += 1", "a ?? b" } do
  print(code, (select(2, loadstring("return " .. code, "=c"))))
end
