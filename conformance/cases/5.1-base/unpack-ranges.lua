local t = { "a", "b", nil, "d" }
for i = -1, 6 do
  for j = -1, 6 do
    print(i, j, select("#", unpack(t, i, j)), unpack(t, i, j))
  end
end
