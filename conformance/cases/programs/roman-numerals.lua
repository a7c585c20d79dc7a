local table_of = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" }, { 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" }, { 4, "IV" }, { 1, "I" } }
local function roman(n)
  local out = ""
  for _, pair in ipairs(table_of) do
    while n >= pair[1] do n, out = n - pair[1], out .. pair[2] end
  end
  return out
end
local values = {}
for _, pair in ipairs(table_of) do values[pair[2]] = pair[1] end
local function number(text)
  local sum, last = 0, 0
  for c in text:reverse():gmatch(".") do
    local v = values[c]
    sum = v < last and sum - v or sum + v
    last = v
  end
  return sum
end
print(roman(1994), roman(2024), roman(49), number("MCMXCIV"))
local ok = true
for i = 1, 500 do ok = ok and number(roman(i)) == i end
print(ok)
