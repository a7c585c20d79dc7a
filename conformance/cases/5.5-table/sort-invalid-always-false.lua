for n = 1, 12 do
  local t = {}
  for i = 1, n do t[i] = n - i end
  local ok, message = pcall(table.sort, t, function() return false end)
  print(n, ok, message, table.concat(t, " "))
end
