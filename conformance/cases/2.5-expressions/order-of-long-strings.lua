-- Strings around 64 KB, which are compared piece by piece.
for _, length in ipairs { 1023, 1024, 1025, 65535, 65536, 65537, 131072, 200000 } do
  local s = ("x"):rep(length)
  local texts = { s, s .. "a", s .. "b", s:sub(1, -2) .. "a", "a" .. s, s .. s }
  for i, a in ipairs(texts) do
    local line = {}
    for j, b in ipairs(texts) do
      line[j] = (a < b and "<" or "-") .. (a <= b and "=" or "-") .. (a > b and ">" or "-") .. (a >= b and "=" or "-")
    end
    print(length, i, table.concat(line, " "))
  end
  table.sort(texts)
  for i, a in ipairs(texts) do
    io.write(#a, a:sub(1, 1), a:sub(-1), " ")
  end
  print()
end
