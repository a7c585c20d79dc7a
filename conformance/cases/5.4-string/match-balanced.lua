local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("f(a(b)c)d"):match("%b()")), all(("f(a(b"):match("%b()")), all(("[[x]]"):match("%b[]")), all(("(())()"):find("%b()", 2)))
print(all(("if x then y end"):match("%bxy")), all(("aXbXc"):match("%bXX")), all(("())"):gsub("%b()", "P")))
print(("{a{b}c} {d}"):gsub("%b{}", function(s) return #s end))
print(pcall(string.match, "x", "%b"))
print(pcall(string.match, "x", "%b("))
