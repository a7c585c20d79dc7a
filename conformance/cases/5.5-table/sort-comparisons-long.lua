-- The comparator's pairs for a longer list, as a checksum.
for _, n in ipairs { 10, 50, 101, 150, 300, 1000 } do
  local t, sum, count = {}, 0, 0
  for i = 1, n do t[i] = (i * 7919 + 13) % 1009 end
  table.sort(t, function(a, b)
    count = count + 1
    sum = (sum * 31 + a * 7 + b) % 1000003
    return a < b
  end)
  print(n, count, sum)
end
