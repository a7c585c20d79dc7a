local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("abc"):match("^abc$")), all(("abc"):match("^b")), all(("abc"):match("c$")), all(("abc"):match("b$")), all(("a^b"):match("a^b")), all(("a$b"):match("a$b")))
print(all(("^x"):match("^^x")), all(("x$"):match("x$$")), all(("x"):match("^$")), all((""):match("^$")), all(("$"):match("%$")), all(("a\nb"):match("^b")))
print(all(("aaa"):gsub("^a", "b")), all(("aaa"):gsub("a$", "b")), all(("aaa"):gsub("^", "x")), all(("aaa"):gsub("$", "x")))
for m in ("aaa"):gmatch("^a") do print("gmatch", m) end
print(all(("x^"):gsub("^", "-")), all(("(^a)"):match("(^a)")))
