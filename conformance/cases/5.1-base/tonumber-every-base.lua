-- Each digit and letter in each base.
local digits = "0123456789abcdefghijklmnopqrstuvwxyz"
for base = 2, 36 do
  local line = {}
  for i = 1, 36 do line[i] = tostring(tonumber(digits:sub(i, i), base)) end
  print(base, table.concat(line, " "))
  print("", tonumber("10", base), tonumber("-10", base), tonumber("zz", base), tonumber("ZZ", base), tonumber(" 11 ", base), tonumber("1 1", base))
end
