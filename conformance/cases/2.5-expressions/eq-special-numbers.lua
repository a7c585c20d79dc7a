-- == over nan, the infinities, both zeros and neighbours of large integers
local values = { 0/0, 1/0, -1/0, 0, -0, 1, 2^53, 2^53 + 1, 2^53 + 2, -2^53, 5e-324, 1 + 2^-52 }
local names = { "nan", "inf", "-inf", "0", "-0", "1", "2^53", "2^53+1", "2^53+2", "-2^53", "tiny", "1+eps" }
for i, left in ipairs(names) do
  local line = {}
  for j in ipairs(names) do
    local a, b = values[i], values[j]
    local value = a == b
    local condition if a == b then condition = true else condition = false end
    local inverted if not (a == b) then inverted = false else inverted = true end
    local joined = a == b and "T" or "F"
    line[j] = (value == condition and value == inverted) and joined or "inconsistent"
  end
  print(left, table.concat(line, " "))
end
