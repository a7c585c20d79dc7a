for _, escape in ipairs { "\\256", "\\300", "\\999", "\\255", "\\2555", "\\0256" } do
  local f, message = loadstring("return '" .. escape .. "'", "=c")
  print(escape, f and #f(), message)
end
print(loadstring("return '\\300 and more", "=c"))
print(loadstring('return "abc\\256def"', "=c"))
print(loadstring("\n\nreturn 'a\\\n\\400'", "=c"))
