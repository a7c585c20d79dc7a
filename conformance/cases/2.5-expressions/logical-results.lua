local values = { "nil", "false", "true", "0", "''", "'x'" }
for _, a in ipairs(values) do for _, b in ipairs(values) do
  local f = loadstring("local a, b = ... return a and b, a or b, not a, not (a and b), not (a or b), a and not b, not a or b")
  local c = loadstring(("return A and B, A or B, not A, not (A and B), not (A or B), A and not B, not A or B"):gsub("%f[%w][AB]%f[%W]", { A = a, B = b }) .. "")
  local va, vb = loadstring("return " .. a)(), loadstring("return " .. b)()
  print(a, b, f(va, vb)) print(a, b, c())
end end
