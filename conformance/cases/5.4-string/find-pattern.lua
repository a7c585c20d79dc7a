local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("hello world"):find("o w")), all(("hello world"):find("%s")), all(("key=val"):find("(%w+)=(%w+)")))
print(all(("hello"):find("l+")), all(("hello"):find("l-")), all(("hello"):find("^h")), all(("hello"):find("^e")), all(("hello"):find("o$")))
print(all(("hello"):find("()ll()")), all(("x"):find("()")), all((""):find("()")))
print(all(("abc"):find("[a-b]", 2)), all(("abc"):find("%u")), all(("a1b2"):find("%d", 3)))
print(all(("hello"):find("^l", 3)), all(("hello"):find("^", 3)), all(("hello"):find("$")))
