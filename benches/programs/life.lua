-- Measures a cellular automaton on a grid of nested arrays.
local generations = tonumber((...)) or 500
local width, height = 96, 96

local function empty()
  local grid = {}
  for y = 1, height do
    local row = {}
    for x = 1, width do row[x] = 0 end
    grid[y] = row
  end
  return grid
end

local current, following = empty(), empty()
local seed = 31
for y = 1, height do
  for x = 1, width do
    seed = (seed * 16807) % 2147483647
    if seed % 3 == 0 then current[y][x] = 1 end
  end
end

local function step(from, to)
  for y = 1, height do
    local above = from[y == 1 and height or y - 1]
    local row = from[y]
    local below = from[y == height and 1 or y + 1]
    local out = to[y]
    for x = 1, width do
      local left = x == 1 and width or x - 1
      local right = x == width and 1 or x + 1
      local around = above[left] + above[x] + above[right] + row[left] + row[right]
        + below[left] + below[x] + below[right]
      if around == 3 or (around == 2 and row[x] == 1) then out[x] = 1 else out[x] = 0 end
    end
  end
end

for _ = 1, generations do
  step(current, following)
  current, following = following, current
end
local alive, weighted = 0, 0
for y = 1, height do
  for x = 1, width do
    alive = alive + current[y][x]
    weighted = weighted + current[y][x] * x * y
  end
end
print("life", generations, alive, weighted)
