-- Measures pure local arithmetic in nested loops, no tables.
local size = tonumber((...)) or 640
local limit = 60

local inside, steps = 0, 0
for row = 0, size - 1 do
  local ci = 2 * row / size - 1
  for column = 0, size - 1 do
    local cr = 2 * column / size - 1.5
    local zr, zi, count = 0, 0, 0
    local rr, ii = 0, 0
    while count < limit and rr + ii <= 4 do
      zi = 2 * zr * zi + ci
      zr = rr - ii + cr
      rr, ii = zr * zr, zi * zi
      count = count + 1
    end
    steps = steps + count
    if count == limit then inside = inside + 1 end
  end
end
print("mandelbrot", size, inside, steps)
