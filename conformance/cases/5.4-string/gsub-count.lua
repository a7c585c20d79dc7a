local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("aaaa"):gsub("a", "b", 2)), all(("aaaa"):gsub("a", "b", -1)), all(("aaaa"):gsub("a", "b", 10)), all(("aaaa"):gsub("a", "b", "3")))
print(all(("aaaa"):gsub("aa", "b")), all(("aaaa"):gsub("a*", "b")), all(("baac"):gsub("a*", "-")), all(("abc"):gsub("b*", "-")))
print(all(("a b c"):gsub("%s*", "_")), (("x"):rep(10):gsub("x", "yy")))
print(select("#", ("a"):gsub("a", "b")), select(2, ("a,b,c"):gsub(",", ",")))
