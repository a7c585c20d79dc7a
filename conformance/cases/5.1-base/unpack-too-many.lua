for _, n in ipairs { 7000, 8000, 1e6, 1e7, 2^31 - 1 } do
  local ok, message = pcall(unpack, {}, 1, n)
  print(n, ok, ok or message)
end
