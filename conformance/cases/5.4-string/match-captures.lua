local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(("2024-01-15"):match("(%d+)-(%d+)-(%d+)"))
print(all(("abc"):match("((a)(b))")), all(("abc"):match("(a(b(c)))")))
print(all(("hello"):match("()ll()")), all(("hello"):match("(h)()")), all(("abc"):match("()")))
print(("  trim  "):match("^%s*(.-)%s*$") .. "|", all(("x=1"):match("(%w)=(%w)")), all(("none"):match("(x)")))
print(all(("abc"):match(".-")), all(("abc"):match("(.-)$")), all(("abc"):match("(.-)")), all(("empty"):match("()()()")))
