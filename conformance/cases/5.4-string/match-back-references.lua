local function all(...)
  local out = {}
  for i = 1, select("#", ...) do out[i] = tostring((select(i, ...))) end
  return table.concat(out, ",")
end
print(('say "hi" or \'yo\''):match("([\"'])(.-)%1"))
print(all(("abab"):match("(ab)%1")), all(("abac"):match("(ab)%1")), all(("aa bb cd"):match("(%w)%1")), all(("hello"):find("(l)%1")))
print(all(("[[x]]"):match("%[(=*)%[(.-)%]%1%]")), ("[==[x]==]"):match("%[(=*)%[(.-)%]%1%]"))
print(("xyzxyz"):gsub("(x)(y)(z)%1%2%3", "%3%2%1"))
print(pcall(string.match, "aa", "(a)%2"))
print(pcall(string.match, "aa", "%1"))
print(pcall(string.match, "aa", "(a%1)"))
