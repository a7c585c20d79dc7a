local function values() return "a", "b", nil, "d", nil end
for n = -7, 7 do
  local ok, message = pcall(select, n, values())
  if ok then print(n, select("#", select(n, values())), select(n, values())) else print(n, message) end
end
print(select("#"), select("#", nil), select("#", values()), select("#", values(), values()))
print(pcall(select, "#x", 1), pcall(select, "", 1))
print(select("2", "a", "b"), select(" 1 ", "a"), select("0x2", "a", "b"), select(1.99, "a", "b"))
print(pcall(select, 2^31, 1))
print(pcall(select, -2^31, 1))
print(select(2^31 - 1, 1))
