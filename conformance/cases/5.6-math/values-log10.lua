-- math.log10 over ordinary and extreme numbers, to the last bit; NaN is shown as nan whatever its sign.
local function exact(x)
  if type(x) ~= "number" then return tostring(x) end
  return x ~= x and "nan" or string.format("%.17g", x)
end
for _, x in ipairs { 0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, 10, 100, 0.1, -0.1, 1.5, 2.5, -2.5, 1e-10, 1e10, 1e15, 123456.789, math.pi, -math.pi, math.pi / 2, 2^31, 2^53, 2^63, 1e300, -1e300, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, math.huge, -math.huge, "0x10", " 7 ", "-1e2" } do
  local a, b = math.log10(x)
  print(exact(tonumber(x)), exact(a), exact(b))
end
print(exact(math.log10(0 / 0)), exact((select(2, math.log10(0 / 0)))))
print(select("#", math.log10(1)), select("#", math.log10(1, 2, 3)), exact((math.log10(1, "x", {}))))
