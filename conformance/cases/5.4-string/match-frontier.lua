local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("THE (quick) fox"):find("%f[%a]%a+%f[%A]")), all(("THE (quick) fox"):gsub("%f[%a]%a+", "W")))
print(all(("foo.bar"):gsub("%f[%w]%w", string.upper)), all(("hello"):find("%f[%z]")), all(("x"):match("%f[x]x")), all(("xx"):find("%f[x]", 2)))
print(all((" a bc"):gsub("%f[%w]%w+%f[%W]", "<%0>")), all(("aba"):gsub("%f[a]", "|")), all((""):find("%f[%z]")))
print(pcall(string.match, "x", "%f"))
print(pcall(string.match, "x", "%fx"))
