-- insert at each position of sequences of 0 to 5 elements, one step beyond both ends too.
for n = 0, 5 do
  for at = -1, n + 3 do
    local t = {}
    for i = 1, n do t[i] = i * 10 end
    table.insert(t, at, "new")
    local line = {}
    for i = -2, n + 4 do line[#line + 1] = tostring(t[i]) end
    print(n, at, table.concat(line, " "))
  end
end
