local M = {}
M.__index = M
local function new(rows) return setmetatable(rows, M) end
function M.__mul(a, b)
  if type(b) == "number" then a, b = b, a end
  local out = {}
  if type(a) == "number" then
    for i, row in ipairs(b) do out[i] = {} for j, v in ipairs(row) do out[i][j] = a * v end end
    return new(out)
  end
  for i = 1, #a do
    out[i] = {}
    for j = 1, #b[1] do
      local sum = 0
      for k = 1, #b do sum = sum + a[i][k] * b[k][j] end
      out[i][j] = sum
    end
  end
  return new(out)
end
function M.__pow(a, n)
  if n == 1 then return a end
  local half = a ^ math.floor(n / 2)
  return n % 2 == 0 and half * half or half * half * a
end
function M.__tostring(m)
  local rows = {}
  for i, row in ipairs(m) do rows[i] = table.concat(row, " ") end
  return table.concat(rows, "; ")
end
function M.__eq(a, b) return tostring(a) == tostring(b) end
local f = new { { 1, 1 }, { 1, 0 } }
print(tostring(f ^ 10), tostring(f * 3), tostring(2 * f), f * f == f ^ 2, f == f * f)
