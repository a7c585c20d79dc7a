for _, byte in ipairs { "@", "$", "!", "?", "`", "&", "|", "\\", "~", "\1", "\127", "\0" } do
  print((select(2, loadstring("x = 1 " .. byte .. " 2", "=c"))))
end
print((select(2, loadstring("x = \200", "=c"))) ~= nil)
