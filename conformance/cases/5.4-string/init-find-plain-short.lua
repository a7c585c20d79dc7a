-- string.find from every starting position, plainly.
for _, subject in ipairs { "", "a", "ab", "abab" } do
  for _, pattern in ipairs { "", "a", "b", "ab", "^a", "b$", ".", "()", "^", "$", "a*", "[ab]", "x" } do
    local line = {}
    for _, init in ipairs { -100, -#subject - 1, -#subject, -2, -1, 0, 1, 2, 3, #subject, #subject + 1, #subject + 2, 100, 1.5, -1.5, "2", 2^31 - 1, -2^31 } do
      local out = {}
      local function keep(...) for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end end
      keep(string.find(subject, pattern, init, true))
      line[#line + 1] = table.concat(out, ",")
    end
    print(subject, pattern, table.concat(line, " "))
  end
end
