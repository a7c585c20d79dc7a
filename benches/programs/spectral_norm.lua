-- Measures tight numeric loops with a small function called for each element.
local n = tonumber((...)) or 550

local function coefficient(row, column)
  local diagonal = row + column - 1
  return 1 / (diagonal * (diagonal - 1) / 2 + row)
end

local function multiply(vector, result, transposed)
  for i = 1, n do
    local sum = 0
    if transposed then
      for j = 1, n do sum = sum + coefficient(j, i) * vector[j] end
    else
      for j = 1, n do sum = sum + coefficient(i, j) * vector[j] end
    end
    result[i] = sum
  end
end

local u, v, scratch = {}, {}, {}
for i = 1, n do u[i] = 1 end
for _ = 1, 10 do
  multiply(u, scratch, false)
  multiply(scratch, v, true)
  multiply(v, scratch, false)
  multiply(scratch, u, true)
end

local numerator, denominator = 0, 0
for i = 1, n do
  numerator = numerator + u[i] * v[i]
  denominator = denominator + v[i] * v[i]
end
print("spectral_norm", n, string.format("%.9f", math.sqrt(numerator / denominator)))
