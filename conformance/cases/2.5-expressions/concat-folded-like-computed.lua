-- two literals give what the same two numbers give at run time
local literals = { '0', '1', '-1', '0.1', '1e15', '1e14', '123456789012345678', '"a"', '"1"', '-0.5', '1e100', '(1/3)' }
local same, different = 0, 0
for _, left in ipairs(literals) do
  local line = {}
  for _, right in ipairs(literals) do
    local folded = assert(loadstring("return " .. left .. " .. " .. right))()
    local a, b = assert(loadstring("return " .. left))(), assert(loadstring("return " .. right))()
    local computed = a .. b
    if folded == computed or folded ~= folded and computed ~= computed then same = same + 1 else different = different + 1 end
    line[#line + 1] = folded ~= folded and "nan" or tostring(folded)
  end
  print(left, table.concat(line, " "))
end
print(same, different)
