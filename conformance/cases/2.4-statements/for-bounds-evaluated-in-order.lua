local function v(name, x) io.write(name, " ") return x end
for i = v("start", 1), v("limit", 2), v("step", 1) do io.write(i, " ") end print()
local n = 3
for i = 1, n do n = 10 io.write(i, " ") end print(n)
local t = { 1, 2, 3 }
for i = 1, #t do t[#t + 1] = i end print(#t)
local function two() return 2, 5, 9 end
for i = 1, two() do io.write(i, " ") end print()
for i = two(), 4 do io.write(i, " ") end print()
for i = 1, 7, (two()) do io.write(i, " ") end print()
