-- Measures backtracking with several boolean arrays as upvalues.
local n = tonumber((...)) or 10
local rounds = 40

local columns, rising, falling = {}, {}, {}

local function place(row)
  if row > n then return 1 end
  local found = 0
  for column = 1, n do
    local up, down = row + column, row - column + n
    if not columns[column] and not rising[up] and not falling[down] then
      columns[column], rising[up], falling[down] = true, true, true
      found = found + place(row + 1)
      columns[column], rising[up], falling[down] = false, false, false
    end
  end
  return found
end

local total = 0
for _ = 1, rounds do total = total + place(1) end
print("queens", n, total)
