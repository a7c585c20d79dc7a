-- Comparators that answer by their count of calls.
for _, period in ipairs { 2, 3, 5, 7 } do
  for _, n in ipairs { 2, 3, 4, 6, 10, 17 } do
    local t, calls = {}, 0
    for i = 1, n do t[i] = i end
    local ok, message = pcall(table.sort, t, function() calls = calls + 1 return calls % period == 0 end)
    print(period, n, ok, message, calls, ok and table.concat(t, " "))
  end
end
