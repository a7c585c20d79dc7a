-- Which pairs the comparator is given, in order: programs with side effects there see PUC's algorithm.
for _, list in ipairs { { 2, 1 }, { 1, 2, 3 }, { 3, 2, 1 }, { 2, 3, 1, 4 }, { 5, 4, 3, 2, 1 }, { 1, 1, 1, 1 }, { 3, 1, 4, 1, 5, 9, 2, 6 } } do
  local seen = {}
  table.sort(list, function(a, b) seen[#seen + 1] = a .. "<" .. b return a < b end)
  print(table.concat(list, " "), table.concat(seen, " "))
end
