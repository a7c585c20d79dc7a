-- The comparator shortens, lengthens and overwrites the table.
local t = { 5, 3, 8, 1, 9, 2 }
local calls = 0
print(pcall(table.sort, t, function(a, b)
  calls = calls + 1
  t[#t + 1] = 100
  return (a or 0) < (b or 0)
end))
local line = {}
for i = 1, 6 do line[i] = tostring(t[i]) end
print(table.concat(line, " "), #t - calls)
