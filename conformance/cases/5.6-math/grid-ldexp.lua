-- math.ldexp of every pair of numbers, to the last bit; NaN is shown as nan whatever its sign.
local function exact(x) return x ~= x and "nan" or string.format("%.17g", x) end
local values = { 0, -0, 1, -1, 0.5, 0.75, -3, 1e300, 5e-324, 2.2250738585072014e-308, math.huge, -math.huge, 0 / 0 }
for _, a in ipairs(values) do
  local line = {}
  for _, b in ipairs({ -2000, -1075, -1074, -1073, -52, -1, 0, 1, 1.9, -1.9, 10, 52, 971, 1023, 1024, 1025, 3000 }) do line[#line + 1] = exact(math.ldexp(a, b)) end
  print(exact(a), table.concat(line, " "))
end
