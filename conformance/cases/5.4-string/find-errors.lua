local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(pcall(string.find))
print(pcall(string.find, "x"))
print(pcall(string.find, "x", nil))
print(pcall(string.find, {}, "x"))
print(pcall(string.find, "x", "x", "y"))
print(pcall(string.match, "x"))
print(pcall(string.gmatch, "x"))
print(pcall(string.gsub, "x", "x"))
print(pcall(string.gsub, "x"))
print(all(string.find(123, 2)), all(string.match(12.5, "%.")))
