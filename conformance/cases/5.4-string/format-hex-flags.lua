-- %x with every set of flags, without and with a width.
local flags = { "-", "+", " ", "#", "0" }
for set = 0, 31 do
  local text, rest = "", set
  for i = 1, 5 do
    if rest % 2 == 1 then text = text .. flags[i] end
    rest = math.floor(rest / 2)
  end
  local line = {}
  for _, value in ipairs { 0, 1, 42, 255, 4096 } do
    line[#line + 1] = string.format("[%" .. text .. "x]", value)
    line[#line + 1] = string.format("[%" .. text .. "9x]", value)
  end
  print(text, table.concat(line, " "))
end
