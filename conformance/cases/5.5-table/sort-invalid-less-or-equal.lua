for n = 1, 12 do
  for _, equal in ipairs { true, false } do
    local t = {}
    for i = 1, n do t[i] = equal and 1 or i % 3 end
    local ok, message = pcall(table.sort, t, function(a, b) return a <= b end)
    print(n, equal, ok, message, ok and table.concat(t, " "))
  end
end
