for n = 0, 5 do
  for at = -1, n + 3 do
    local t = {}
    for i = 1, n do t[i] = i * 10 end
    local count = select("#", table.remove(t, at))
    t = {}
    for i = 1, n do t[i] = i * 10 end
    local got = table.remove(t, at)
    local line = {}
    for i = -2, n + 4 do line[#line + 1] = tostring(t[i]) end
    print(n, at, count, tostring(got), table.concat(line, " "))
  end
end
