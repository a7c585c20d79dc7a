-- Measures nested arrays of numbers: index chains in three nested loops.
local n = tonumber((...)) or 230

local function matrix(seed)
  local rows = {}
  for i = 1, n do
    local row = {}
    for j = 1, n do row[j] = (i * seed + j * 7) % 19 - 9 end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b)
  local result = {}
  for i = 1, n do
    local row, out = a[i], {}
    for j = 1, n do
      local sum = 0
      for k = 1, n do sum = sum + row[k] * b[k][j] end
      out[j] = sum
    end
    result[i] = out
  end
  return result
end

local a = matrix(3)
local b = matrix(5)
local c = multiply(multiply(a, b), b)
local trace, corner = 0, c[1][n] + c[n][1]
for i = 1, n do trace = trace + c[i][i] end
print("matrix_multiply", n, trace, corner)
