for _, word in ipairs { "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while" } do
  print(word, (select(2, loadstring("local t = {} t." .. word .. " = 1", "=c"))))
  print((select(2, loadstring("t = { " .. word .. " = 1 }", "=c"))))
  local t = loadstring("local t = {} t['" .. word .. "'] = 1 return t")()
  assert(t[word] == 1)
end
