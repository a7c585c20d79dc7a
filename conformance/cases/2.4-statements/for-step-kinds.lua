local function run(a, b, c) local out = {} for i = a, b, c do out[#out + 1] = i if #out > 12 then break end end print(a, b, c, ":", table.concat(out, " ")) end
run(1, 5, 1) run(1, 5, 2) run(5, 1, -1) run(5, 1, -2) run(1, 0, 1) run(0, 1, -1)
run(1, 2, 0.25) run(0, 1, 0.1) run(1, 0, -0.25) run(-1, 1, 0.5) run(1, 1, 1) run(1, 1, -1)
run(0.5, 3, 1) run(3, 3.9, 1) run(1, 3, 1e308) run(-3, -1, 1) run(1e15, 1e15 + 3, 1) run(2^53, 2^53 + 4, 1)
run(1, math.huge, 1e307) run(-math.huge, 0, 1) run(1, 5, math.huge) run(5, 1, -math.huge)
