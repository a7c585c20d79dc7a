-- every token after x = 12
local start = [==[x = 12 ]==]
for _, token in ipairs {
  "", "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  "name", "12", "'text'", "[[long]]", "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".", "..", "...", "@", "~", "!", "'open", "[[open", "1x"
} do
  local accepted, message = loadstring(start .. token, "=c")
  print(token, accepted and "accepted" or message)
end
