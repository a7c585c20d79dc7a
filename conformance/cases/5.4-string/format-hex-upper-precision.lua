-- %X with widths and precisions.
for _, width in ipairs { "", "1", "5", "12", "30", "99" } do
  for _, precision in ipairs { "", ".", ".0", ".1", ".3", ".10", ".20", ".99" } do
    local line = {}
    for _, value in ipairs { 1, 42, 255 } do
      line[#line + 1] = string.format("[%" .. width .. precision .. "X]", value)
    end
    print(width .. precision, table.concat(line, " "))
  end
end
