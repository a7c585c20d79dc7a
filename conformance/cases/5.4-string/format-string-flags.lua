-- %s with every set of flags, without and with a width.
local flags = { "-", "+", " ", "#", "0" }
for set = 0, 31 do
  local text, rest = "", set
  for i = 1, 5 do
    if rest % 2 == 1 then text = text .. flags[i] end
    rest = math.floor(rest / 2)
  end
  local line = {}
  for _, value in ipairs { "", "a", "abc", 12 } do
    line[#line + 1] = string.format("[%" .. text .. "s]", value)
    line[#line + 1] = string.format("[%" .. text .. "9s]", value)
  end
  print(text, table.concat(line, " "))
end
