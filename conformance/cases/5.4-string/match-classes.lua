local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
local text = "aZ5 _-.\t\n\0\127"
for _, class in ipairs { "%a", "%c", "%d", "%l", "%p", "%s", "%u", "%w", "%x", "%z", "%A", "%C", "%D", "%L", "%P", "%S", "%U", "%W", "%X", "%Z", "." } do
  local n = select(2, text:gsub(class, ""))
  print(class, n)
end
print(all(("\127\128\255"):find("%c")), all(("\128"):find("%a")), all(("\200"):find("%W")))
