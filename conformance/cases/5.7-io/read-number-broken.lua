local name = os.tmpname()
for _, text in ipairs { "", " ", "x", "-", "- 1", "+-1", ".", "e5", "0x", "0xg", "1e+", "1..2", "in", "infin", "na", "--", "0x.8p1", "1e5e5", "00012", "\t\n\v\f\r 8" } do
  local f = io.open(name, "w")
  f:write(text)
  f:close()
  f = io.open(name)
  print(("%q"):format(text), f:read("*n"), ("%q"):format(f:read("*a")))
  f:close()
end
os.remove(name)
