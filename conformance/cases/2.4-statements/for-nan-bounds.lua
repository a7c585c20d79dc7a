local nan = 0/0
local function run(a, b, c) local n = 0 for i = a, b, c do n = n + 1 if n == 3 then break end end return n end
print(run(nan, 1, 1), run(1, nan, 1), run(1, 3, nan), run(3, 1, nan), run(nan, nan, nan), run(nan, 1, -1), run(1, nan, -1))
print(run(math.huge, math.huge, 1), run(-math.huge, math.huge, 1), run(math.huge, -math.huge, -1), run(0, math.huge, math.huge))
