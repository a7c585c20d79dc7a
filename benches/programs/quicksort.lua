-- Measures recursive quicksort with insertion sort for short ranges, in Lua.
local n = tonumber((...)) or 800000

local seed = 7
local function random(limit)
  seed = (seed * 16807) % 2147483647
  return seed % limit
end

local function quicksort(array, low, high)
  while high - low > 12 do
    local pivot = array[math.floor((low + high) / 2)]
    local i, j = low, high
    while i <= j do
      while array[i] < pivot do i = i + 1 end
      while array[j] > pivot do j = j - 1 end
      if i <= j then
        array[i], array[j] = array[j], array[i]
        i, j = i + 1, j - 1
      end
    end
    if j - low < high - i then
      quicksort(array, low, j)
      low = i
    else
      quicksort(array, i, high)
      high = j
    end
  end
  for i = low + 1, high do
    local value, j = array[i], i - 1
    while j >= low and array[j] > value do
      array[j + 1] = array[j]
      j = j - 1
    end
    array[j + 1] = value
  end
end

local array, sum = {}, 0
for i = 1, n do
  array[i] = random(1000000)
end
quicksort(array, 1, n)
for i = 2, n do
  assert(array[i - 1] <= array[i])
  sum = (sum + array[i] * (i % 97)) % 1000003
end
print("quicksort", n, sum, array[1], array[n])
