-- Measures deep nested calls with three arguments (Takeuchi) and two (Ackermann).
local n = tonumber((...)) or 80

local function tak(x, y, z)
  if y >= x then return z end
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))
end

local function ackermann(m, k)
  if m == 0 then return k + 1 end
  if k == 0 then return ackermann(m - 1, 1) end
  return ackermann(m - 1, ackermann(m, k - 1))
end

local sum = 0
for round = 1, n do
  sum = sum + tak(18, 12, 6 + round % 2) + ackermann(2, 200 + round)
  sum = sum + ackermann(3, 6)
end
print("tak", n, sum)
