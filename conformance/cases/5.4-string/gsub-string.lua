local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("hello"):gsub("l", "L")), all(("hello"):gsub("l", "L", 1)), all(("hello"):gsub("l", "L", 0)), all(("hello"):gsub("x", "y")))
print(all(("abc"):gsub("%w", "%0%0")), all(("abc"):gsub("(a)(b)(c)", "%3%2%1")), all(("abc"):gsub("b", "%%")), all(("abc"):gsub("b", "%1")))
print(all(("hello world"):gsub("o", "0", 1)), all(("abc"):gsub("", "-")), all((""):gsub("", "x")), all(("abc"):gsub(".", "")))
print(all(("a.b"):gsub("%.", "%%.")), all(("x"):gsub("x", "%0%0%0")), all(("ab"):gsub("(a)(b)", "%2%1%0")))
print(all(("abc"):gsub("%w", "%%%0")), all(("x y"):gsub("(%w) (%w)", "%2 %1")), (("x"):gsub("x", "\0")):byte())
print(all(string.gsub("n", "n", 5)), all(string.gsub("abc", "b", 1.5)))
