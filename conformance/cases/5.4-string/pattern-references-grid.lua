-- Patterns about references against small subjects: find, match, gmatch and gsub of each pair.
local patterns = {
  "(a)%1", "(a*)%1", "(.)%1", "(.)(.)%2%1", "(.)(.)%1%2", "((.).)%1", "(a*)b%1", "(.-)%1b",
  "(())%1", "(.)%1%1", "()%1", "(a)(b)%1", "(.+)%1$", "^(.*)%1$",
}
local subjects = { "", "a", "aa", "aaa", "b", "ab", "ba", "aab", "abb", "aabb", "abab", "xaay", "aaaaaaaaaa", "a\0a" }
local function join(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return (table.concat(out, ","):gsub("%z", "0"))
end
for _, pattern in ipairs(patterns) do
  local line = {}
  for _, subject in ipairs(subjects) do
    line[#line + 1] = join(pcall(string.find, subject, pattern)):gsub("^true,", "")
  end
  print(pattern, "find", table.concat(line, " | "))
  line = {}
  for _, subject in ipairs(subjects) do
    local ok, result, count = pcall(string.gsub, subject, pattern, "<%0>")
    line[#line + 1] = join(result, count)
  end
  print(pattern, "gsub", table.concat(line, " | "))
  line = {}
  for _, subject in ipairs(subjects) do
    local found = {}
    local ok, message = pcall(function()
      for a, b in subject:gmatch(pattern) do
        found[#found + 1] = join(a, b)
        if #found == 12 then break end
      end
    end)
    line[#line + 1] = ok and table.concat(found, ";") or message
  end
  print(pattern, "gmatch", table.concat(line, " | "))
end
