-- Patterns about references against ordinary texts.
local texts = { "", " ", "x = 10", "The quick (brown) fox", "((a)(b))", "key=value; other = thing", "aaaabbbb", "2024-01-31T00:00:00Z", "[[x]]", "%d %s", "a.b.c", "..--..", "\t\n tab" }
for _, pattern in ipairs { "(%a)%1", "(%p)%1", "(%w)(%w)%2%1", "(['\"]).-%1", "(.).-%1", "(%d)%d*%1", "(%()%1", "(%s).*%1" } do
  for _, text in ipairs(texts) do
    print(pattern, #text, string.find(text, pattern))
    print("", string.match(text, pattern))
    print("", string.gsub(text, pattern, "<%0>"))
  end
end
