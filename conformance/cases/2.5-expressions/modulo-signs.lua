for _, a in ipairs { 7, -7, 7.5, -7.5, 0, 1e15, -1e15, 0.1 } do
  local line = {}
  for _, b in ipairs { 3, -3, 2.5, -2.5, 1, -1, 0.1, 1e300, -1e300 } do line[#line + 1] = ("%.14g"):format(a % b) end
  print(a, table.concat(line, " "))
end
local function nan(v) return v ~= v end
print(nan(1 % 0), nan(0 % 0), nan((1/0) % 2), nan(1 % (0/0)))
