local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("a-b"):match("[a-]+")), all(("a-b"):match("[-a]+")), all(("a]b"):match("[]]")), all(("a]b"):match("[^]]+")), all(("a^b"):match("[b^]+")))
print(all(("hello123"):match("[%a%d]+")), all(("x_y"):match("[%w_]+")), all(("abc"):match("[^%a]")), all(("a1"):match("[^%d]")))
print(all(("fghij"):match("[g-i]+")), all(("AbC"):match("[A-C]+")), all(("%"):match("[%%]")), all(("."):match("[.]")), all(("a"):match("[.]")))
print(all(("a-z"):match("[a%-z]+")), all(("m"):match("[a%-z]")), all(("0-9"):match("[0-9-]+")), all(("x"):match("[z-a]")), all(("[["):match("[[]+")))
print(all(("\0a"):find("[\1-\255]")), all(("\255"):find("[\128-\255]")), ("é"):match("[^\1-\127]+") == "é")
