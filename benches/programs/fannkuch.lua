-- Measures array permutation: integer indexing, swaps, short inner loops.
local n = tonumber((...)) or 9

local function flips_of(source, work)
  for i = 1, n do work[i] = source[i] end
  local flips, first = 0, work[1]
  while first ~= 1 do
    local low, high = 1, first
    while low < high do
      work[low], work[high] = work[high], work[low]
      low, high = low + 1, high - 1
    end
    flips = flips + 1
    first = work[1]
  end
  return flips
end

-- Heap's algorithm without recursion; parity alternates with each permutation.
local function search()
  local items, work, counter = {}, {}, {}
  for i = 1, n do items[i], counter[i] = i, 1 end
  local most, checksum, sign = 0, 0, 1
  local position = 1
  while true do
    local flips = flips_of(items, work)
    if flips > most then most = flips end
    checksum = checksum + sign * flips
    sign = -sign
    while position <= n and counter[position] >= position do
      counter[position] = 1
      position = position + 1
    end
    if position > n then return checksum, most end
    local other = position % 2 == 1 and 1 or counter[position]
    items[other], items[position] = items[position], items[other]
    counter[position] = counter[position] + 1
    position = 1
  end
end

local checksum, most = search()
local again = search()
assert(again == checksum)
print("fannkuch", n, checksum, most)
