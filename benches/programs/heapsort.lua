-- Measures heapsort written in Lua on an array of floats.
local n = tonumber((...)) or 400000

local seed = 42
local function random()
  seed = (seed * 16807) % 2147483647
  return seed / 2147483647
end

local function sift_down(array, root, last)
  local value = array[root]
  while true do
    local child = root * 2
    if child > last then break end
    if child < last and array[child] < array[child + 1] then child = child + 1 end
    if value >= array[child] then break end
    array[root] = array[child]
    root = child
  end
  array[root] = value
end

local function heapsort(array, count)
  for root = math.floor(count / 2), 1, -1 do sift_down(array, root, count) end
  for last = count, 2, -1 do
    array[1], array[last] = array[last], array[1]
    sift_down(array, 1, last - 1)
  end
end

local array = {}
for i = 1, n do array[i] = random() end
heapsort(array, n)
for i = 2, n do assert(array[i - 1] <= array[i]) end
print("heapsort", n, string.format("%.9f %.9f", array[1], array[n]))
