-- a + b for every pair of numbers, to the last bit; NaN is shown as nan whatever its sign.
local function exact(x) return x ~= x and "nan" or string.format("%.17g", x) end
local values = { 0, -0, 1, -1, 0.5, 2, -2, 3, -3, 5.5, -5.5, 10, 1e10, 2^53, 1e300, -1e300, 5e-324, math.huge, -math.huge, 0 / 0, 0.1, 7, -7, 1e15, -2^53 - 1 }
for _, a in ipairs(values) do
  local line = {}
  for _, b in ipairs(values) do line[#line + 1] = exact(a + b) end
  print(exact(a), table.concat(line, " "))
end
local function text(a, b) return pcall(function() return exact(a + b) end) end
for _, a in ipairs { "10", " 0x10 ", "1e1", "-3", "x", "", "3 4", true } do
  print(tostring(a), text(a, 3))
  print("", text(3, a))
  print("", text(a, "7"))
end
