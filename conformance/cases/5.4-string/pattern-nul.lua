-- The pattern is not cut at a zero byte in the subject; in the pattern %z stands for one.
local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("a\0b"):match("%z")), all(("a\0b"):find("%z")), all(("a\0b\0"):gsub("%z", "0")))
print(("a\0b"):match("a.b") == "a\0b", ("a\0b"):match("[%z]") == "\0", #("a\0b"):match(".*"))
print(("\0\0"):rep(2):gsub(".", "x"))
