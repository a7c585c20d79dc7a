-- Not stable: the order of equal elements is the algorithm's.
for _, n in ipairs { 3, 5, 8, 12, 20 } do
  local t = {}
  for i = 1, n do t[i] = { key = i % 3, id = i } end
  table.sort(t, function(a, b) return a.key < b.key end)
  local line = {}
  for i = 1, n do line[i] = t[i].key .. ":" .. t[i].id end
  print(table.concat(line, " "))
end
