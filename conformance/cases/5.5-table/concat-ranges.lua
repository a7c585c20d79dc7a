local t = { "a", "b", "c", "d" }
for i = -1, 6 do
  for j = -1, 6 do
    local ok, result = pcall(table.concat, t, "-", i, j)
    print(i, j, ok, result)
  end
end
