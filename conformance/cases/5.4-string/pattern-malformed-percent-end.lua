-- Malformed patterns (percent end): which are refused, with which text, by each function, and only when reached.
local patterns = {
  "%", "a%", "%%%", "(%)", "[%", "^%", "%", "a*%",
  "%b", "%bx", "%f", "%f%", "%fa", "%f(", "x%f", "()%",
  "%1%", "a%%", "%%", "[%]",
}
for _, pattern in ipairs(patterns) do
  for _, subject in ipairs { "", "a", "aab", "[a]b()%", "%%" } do
    print(pattern, subject, pcall(string.find, subject, pattern))
    print("", pcall(string.match, subject, pattern))
    print("", pcall(string.gsub, subject, pattern, "x"))
    print("", pcall(function() return string.gmatch(subject, pattern)() end))
  end
  print("", pcall(string.find, "a", pattern, 5), (pcall(string.find, "a", pattern, 1, true)))
end
