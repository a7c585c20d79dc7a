local outer = { { 3, 1, 2 }, { 9, 8 }, { 5, 4, 6, 1 } }
table.sort(outer, function(a, b)
  table.sort(a) table.sort(b)
  return a[1] < b[1] or a[1] == b[1] and #a < #b
end)
for _, inner in ipairs(outer) do print(table.concat(inner, " ")) end
