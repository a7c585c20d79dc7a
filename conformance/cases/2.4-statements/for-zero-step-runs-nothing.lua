-- with step 0 the test is limit <= start
local function run(a, b) local n = 0 for i = a, b, 0 do n = n + 1 if n == 3 then break end end return n end
print(run(1, 5), run(5, 1), run(1, 1), run(0, 0), run(-1, -2))
local n = 0 for i = 1, 3, -0 do n = n + 1 if n == 4 then break end end print(n)
for i = 3, 1, 0 do n = n + 1 if n > 8 then break end end print(n)
