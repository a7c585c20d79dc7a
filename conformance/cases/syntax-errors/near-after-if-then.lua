-- every token after if x then
local start = [==[if x then ]==]
for _, token in ipairs {
  "", "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "if", "in", "local", "nil", "not", "or", "repeat", "return", "then", "true", "until", "while",
  "name", "12", "'text'", "[[long]]", "+", "-", "*", "/", "%", "^", "#", "==", "~=", "<=", ">=", "<", ">", "=", "(", ")", "{", "}", "[", "]", ";", ":", ",", ".", "..", "...", "@", "~", "!", "'open", "[[open", "1x"
} do
  local accepted, message = loadstring(start .. token, "=c")
  print(token, accepted and "accepted" or message)
end
