local function split(s, sep)
  local out, from = {}, 1
  while true do
    local a, b = s:find(sep, from, true)
    if not a then break end
    out[#out + 1] = s:sub(from, a - 1)
    from = b + 1
  end
  out[#out + 1] = s:sub(from)
  return out
end
print(table.concat(split("a,b,,c,", ","), "|"), #split("", ","), table.concat(split("a::b", "::"), "|"))
print(("  x y  "):gsub("^%s+", ""):gsub("%s+$", "") == "x y")
print((("CamelCaseName"):gsub("(%u)", " %1")), (("snake_case_name"):gsub("_(%l)", function(c) return c:upper() end)))
print((("1234567.891"):reverse():gsub("(%d%d%d)", "%1,"):reverse()))
print((("a%20b%3D"):gsub("%%(%x%x)", function(h) return string.char(tonumber(h, 16)) end)))
