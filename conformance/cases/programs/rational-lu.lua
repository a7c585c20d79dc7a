-- Exact rational numbers, and with them the LU decomposition, determinants, inverses and linear systems.
local Rational = {}
Rational.__index = Rational

local function gcd(a, b)
  while b ~= 0 do a, b = b, a % b end
  return a
end
local function rational(numerator, denominator)
  denominator = denominator or 1
  if denominator == 0 then error("denominator is zero", 2) end
  if denominator < 0 then numerator, denominator = -numerator, -denominator end
  local divisor = gcd(math.abs(numerator), denominator)
  return setmetatable({ n = numerator / divisor, d = denominator / divisor }, Rational)
end
local function lift(value)
  if type(value) == "number" then return rational(value) end
  if type(value) == "string" then
    local numerator, denominator = value:match("^(%-?%d+)/(%d+)$")
    if numerator then return rational(tonumber(numerator), tonumber(denominator)) end
    local whole, fraction = value:match("^(%-?%d+)%.(%d+)$")
    if whole then return rational(tonumber(whole .. fraction), 10 ^ #fraction) end
    if value:find("^%-?%d+$") then return rational(tonumber(value)) end
    error("'" .. value .. "' is no rational number", 2)
  end
  return value
end
function Rational.__add(a, b) a, b = lift(a), lift(b) return rational(a.n * b.d + b.n * a.d, a.d * b.d) end
function Rational.__sub(a, b) a, b = lift(a), lift(b) return rational(a.n * b.d - b.n * a.d, a.d * b.d) end
function Rational.__mul(a, b) a, b = lift(a), lift(b) return rational(a.n * b.n, a.d * b.d) end
function Rational.__div(a, b) a, b = lift(a), lift(b) return rational(a.n * b.d, a.d * b.n) end
function Rational.__unm(a) return rational(-a.n, a.d) end
function Rational.__pow(a, power)
  if power < 0 then return (rational(1) / a) ^ -power end
  local result = rational(1)
  for _ = 1, power do result = result * a end
  return result
end
function Rational.__mod(a, b) a, b = lift(a), lift(b) local quotient = a / b return a - b * math.floor(quotient.n / quotient.d) end
function Rational.__eq(a, b) return a.n == b.n and a.d == b.d end
function Rational.__lt(a, b) a, b = lift(a), lift(b) return a.n * b.d < b.n * a.d end
function Rational.__le(a, b) a, b = lift(a), lift(b) return a.n * b.d <= b.n * a.d end
function Rational.__tostring(a) return a.d == 1 and tostring(a.n) or a.n .. "/" .. a.d end
function Rational.__concat(a, b) return tostring(a) .. tostring(b) end

local half, third = rational(1, 2), rational(1, 3)
print(half + third, half - third, half * third, half / third, -half, half ^ 3, third ^ -2, half ^ 0)
print(half + 1, 2 * third, 1 / third, "0.125" * half, half - "3/4", rational(7, 2) % 1, rational(-7, 2) % 2)
print(half == rational(2, 4), half ~= third, half < third, half > third, half <= rational(1, 2), half .. " and " .. third .. "!")
print(rational(-6, -4), rational(6, -4), rational(0, 9), rational(1e9, 1e6))
print(pcall(rational, 1, 0))
print(pcall(function() return half / 0 end))
print(pcall(function() return half + "one" end))
print(pcall(function() return half + {} end))
print(pcall(function() return half < "x/y" end))
print(half == 0.5, lift("0.5") == half)

local Matrix = {}
Matrix.__index = Matrix
local function matrix(rows)
  local result = {}
  for i, row in ipairs(rows) do
    result[i] = {}
    for j, value in ipairs(row) do result[i][j] = lift(value) end
  end
  return setmetatable(result, Matrix)
end
local function build(height, width, value)
  local rows = {}
  for i = 1, height do
    rows[i] = {}
    for j = 1, width do rows[i][j] = value(i, j) end
  end
  return matrix(rows)
end
local function identity(size) return build(size, size, function(i, j) return i == j and 1 or 0 end) end
function Matrix.__mul(a, b)
  if type(a) == "number" or getmetatable(a) == Rational then return build(#b, #b[1], function(i, j) return b[i][j] * a end) end
  if #a[1] ~= #b then error(string.format("%dx%d by %dx%d", #a, #a[1], #b, #b[1]), 2) end
  return build(#a, #b[1], function(i, j)
    local sum = rational(0)
    for k = 1, #b do sum = sum + a[i][k] * b[k][j] end
    return sum
  end)
end
function Matrix.__add(a, b) return build(#a, #a[1], function(i, j) return a[i][j] + b[i][j] end) end
function Matrix.__sub(a, b) return build(#a, #a[1], function(i, j) return a[i][j] - b[i][j] end) end
function Matrix.__eq(a, b)
  if #a ~= #b or #a[1] ~= #b[1] then return false end
  for i, row in ipairs(a) do
    for j, value in ipairs(row) do if value ~= b[i][j] then return false end end
  end
  return true
end
function Matrix.__tostring(a)
  local lines = {}
  for i, row in ipairs(a) do
    local cells = {}
    for j, value in ipairs(row) do cells[j] = ("%6s"):format(tostring(value)) end
    lines[i] = "[" .. table.concat(cells, " ") .. "]"
  end
  return table.concat(lines, "\n")
end
function Matrix:transpose() return build(#self[1], #self, function(i, j) return self[j][i] end) end

-- P A = L U with the first row that has a pivot; returns L, U, the permutation and its sign, or nil when singular.
function Matrix:decompose()
  local size = #self
  local lower, upper = identity(size), build(size, size, function(i, j) return self[i][j] end)
  local permutation, sign = {}, 1
  for i = 1, size do permutation[i] = i end
  for column = 1, size do
    local pivot
    for row = column, size do
      if upper[row][column].n ~= 0 then pivot = row break end
    end
    if not pivot then return nil, "singular in column " .. column end
    if pivot ~= column then
      upper[pivot], upper[column] = upper[column], upper[pivot]
      permutation[pivot], permutation[column] = permutation[column], permutation[pivot]
      for k = 1, column - 1 do lower[pivot][k], lower[column][k] = lower[column][k], lower[pivot][k] end
      sign = -sign
    end
    for row = column + 1, size do
      local factor = upper[row][column] / upper[column][column]
      lower[row][column] = factor
      for k = column, size do upper[row][k] = upper[row][k] - factor * upper[column][k] end
    end
  end
  return lower, upper, permutation, sign
end
function Matrix:determinant()
  local lower, upper, _, sign = self:decompose()
  if not lower then return rational(0) end
  local product = rational(sign)
  for i = 1, #self do product = product * upper[i][i] end
  return product
end
function Matrix:solve(right)
  local lower, upper, permutation = self:decompose()
  if not lower then return nil, upper end
  local size, y, x = #self, {}, {}
  for i = 1, size do
    local sum = lift(right[permutation[i]])
    for k = 1, i - 1 do sum = sum - lower[i][k] * y[k] end
    y[i] = sum
  end
  for i = size, 1, -1 do
    local sum = y[i]
    for k = i + 1, size do sum = sum - upper[i][k] * x[k] end
    x[i] = sum / upper[i][i]
  end
  return x
end
function Matrix:inverse()
  local columns = {}
  for j = 1, #self do
    local unit = {}
    for i = 1, #self do unit[i] = i == j and 1 or 0 end
    local column, message = self:solve(unit)
    if not column then return nil, message end
    columns[j] = column
  end
  return matrix(columns):transpose()
end

local function check(title, a)
  local lower, upper, permutation, sign = a:decompose()
  print("-- " .. title)
  if not lower then
    print(upper, a:determinant(), a:inverse())
    return
  end
  print(lower)
  print(upper)
  print(table.concat(permutation, " "), sign, a:determinant())
  local permuted = build(#a, #a, function(i, j) return a[permutation[i]][j] end)
  local inverse = a:inverse()
  print(inverse)
  print(lower * upper == permuted, a * inverse == identity(#a), inverse * a == identity(#a), inverse:determinant() * a:determinant())
end
check("plain", matrix({ { 2, 1, 1 }, { 4, 3, 3 }, { 8, 7, 9 } }))
check("with swaps", matrix({ { 0, 2, 1 }, { 1, 1, 0 }, { 2, 0, 3 } }))
check("fractions", matrix({ { "1/2", "1/3" }, { "1/4", "0.2" } }))
check("singular", matrix({ { 1, 2, 3 }, { 4, 5, 6 }, { 7, 8, 9 } }))
check("Hilbert", build(4, 4, function(i, j) return rational(1, i + j - 1) end))

local system = matrix({ { 3, 2, -1 }, { 2, -2, 4 }, { -1, "1/2", -1 } })
local solution = system:solve({ 1, -2, 0 })
print(solution[1], solution[2], solution[3])
print(system * matrix({ { solution[1] }, { solution[2] }, { solution[3] } }))
print(matrix({ { 1, 1 }, { 1, 1 } }):solve({ 1, 2 }))
print(pcall(function() return matrix({ { 1, 2 } }) * matrix({ { 1, 2 } }) end))
print(2 * identity(2) + 3 * identity(2) - identity(2) == 4 * identity(2), identity(2) == identity(3), identity(2) ~= 1 * identity(2))
print(pcall(function() return half * identity(2) end))

-- Partial sums and continued fractions.
local sum = rational(0)
for k = 1, 12 do sum = sum + rational(1, k) end
print("H12", sum)
local function continued(terms)
  local value = rational(terms[#terms])
  for index = #terms - 1, 1, -1 do value = terms[index] + 1 / value end
  return value
end
print(continued({ 3, 7, 15, 1 }), continued({ 1, 2, 2, 2, 2, 2, 2 }), continued({ 1, 1, 1, 1, 1, 1, 1, 1, 1 }))
local list = { rational(1, 2), rational(2, 3), rational(-1, 3), rational(5), rational(3, 7), rational(0) }
table.sort(list)
for index, value in ipairs(list) do list[index] = tostring(value) end
print(table.concat(list, " "))
