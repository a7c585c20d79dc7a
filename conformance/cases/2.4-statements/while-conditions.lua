local n = 0
while n < 3 do n = n + 1 end print(n)
while nil do print("never") end
while false do print("never") end
while not true do print("never") end
while 0 do n = n + 1 break end print(n)
while "" do n = n + 1 break end print(n)
while n do n = nil end print(n)
local t = { 3, 2, 1 }
while #t > 0 do io.write(table.remove(t), " ") end print()
local function cond() n = (n or 0) + 1 return n < 4 end
while cond() do io.write(n, " ") end print(n)
while n > 0 and n ~= 2 do n = n - 1 end print(n)
while n == 5 or n < 5 do n = n + 1 end print(n)
while not (n >= 9) do n = n + 1 end print(n)
