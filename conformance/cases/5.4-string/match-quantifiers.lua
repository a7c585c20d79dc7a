local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(all(("aaa"):match("a*")), all(("aaa"):match("a+")), all(("aaa"):match("a-")), all(("aaa"):match("a?")), all(("baa"):match("a*")))
print(all(("aaab"):match("a-b")), all(("<a><b>"):match("<.->")), all(("<a><b>"):match("<.*>")), all(("abc"):match("x*")), all(("abc"):match("x?a")))
print(all(("color colour"):gsub("colou?r", "C")), all(("aXbX"):match("(.-)X")), all(("aXbX"):match("(.*)X")))
print(all(("a**b"):match("%*+")), all(("x+"):match("x+")), all(("x+"):match("x%+")), all(("ab"):match("a?b?c?")), all(("---"):match("%-+")))
print(all(("aaaa"):match("^(a-)(a*)$")), all(("key = value"):match("^(%w+)%s*=%s*(%w+)$")))
