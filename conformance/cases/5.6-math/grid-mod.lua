-- math.mod of every pair of numbers, to the last bit; NaN is shown as nan whatever its sign.
local function exact(x) return x ~= x and "nan" or string.format("%.17g", x) end
local values = { 0, -0, 1, -1, 0.5, 2, -2, 3, -3, 5.5, -5.5, 10, 1e10, 2^53, 1e300, -1e300, 5e-324, math.huge, -math.huge, 0 / 0 }
for _, a in ipairs(values) do
  local line = {}
  for _, b in ipairs(values) do line[#line + 1] = exact(math.mod(a, b)) end
  print(exact(a), table.concat(line, " "))
end
