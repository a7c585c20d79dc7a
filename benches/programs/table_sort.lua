-- Measures table.sort with its built-in order on numbers and on strings.
local n = tonumber((...)) or 250000

local seed = 99
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local numbers, words = {}, {}
for i = 1, n do
  numbers[i] = random(n * 4)
  words[i] = "key:" .. random(n) .. ":" .. i % 7
end
table.sort(numbers)
table.sort(words)
local sum = 0
for i = 2, n do
  assert(numbers[i - 1] <= numbers[i] and words[i - 1] <= words[i])
  sum = (sum * 31 + numbers[i] + #words[i]) % 1000003
end
print("table_sort", n, sum, words[1], words[n])
