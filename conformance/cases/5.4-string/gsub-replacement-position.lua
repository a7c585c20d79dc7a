-- Replacement texts of gsub for the pattern ()[ab](), with counts.
local replacements = {
  "", "x", "%%", "%0", "%1", "%2", "%9", "%",
  "a%", "%a", "%%%", "%0%0", "<%0>", "%1%1", "%10", "%%1",
  "% ", "\0", "%\0", "%.", "\\1", "$1", "%-", "%x",
}
local function visible(text) return type(text) == "string" and (text:gsub("%z", "{0}")) or text end
for _, replacement in ipairs(replacements) do
  for _, subject in ipairs { "", "a", "cab", "abba", "123456789ab" } do
    local ok, result, count = pcall(string.gsub, subject, "()[ab]()", replacement)
    print(visible(replacement), subject, ok, visible(result), count)
  end
  print("", pcall(string.gsub, "abba", "()[ab]()", replacement, 0))
end
