local function pack(...) return { ... }, select("#", ...) end
for _, n in ipairs { 0, 1, 49, 50, 51, 100, 250, 256, 1000, 5000 } do
  local source = {} for i = 1, n do source[i] = i * 2 end
  local t, count = pack(unpack(source, 1, n))
  local last = { "first", unpack(source, 1, n) }
  print(n, count, #t, t[n], #last, last[n + 1])
end
