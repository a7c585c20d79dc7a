local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
local s = "abcabc"
print(all(s:find("a", 2)), all(s:find("a", -3)), all(s:find("c", -1)), all(s:find("a", -1)), all(s:find("a", 0)))
print(all(s:find("^a", 4)), all(s:find("^b", 4)), all(s:find("a", 100)), all(s:find("", 7)), all(s:find("", 8)), all(s:find("", 100)))
print(all(s:match("%w", -1)), all(s:match("%w", 6)), all(s:match("%w", 7)), all(s:match("", 7)), all(s:match("", 9)))
