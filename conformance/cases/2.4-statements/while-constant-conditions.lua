local n = 0
while true do n = n + 1 if n == 3 then break end end print(n)
while 1 do n = n + 1 if n == 5 then break end end print(n)
while {} do n = n + 1 if n == 6 then break end end print(n)
while true and n < 8 do n = n + 1 end print(n)
while n < 9 or false do n = n + 1 end print(n)
while 1 == 1 do n = n + 1 if n > 10 then break end end print(n)
while 1 < 2 do n = n + 1 if n > 12 then break end end print(n)
local function loop() while true do n = n + 1 if n > 15 then return n end end end
print(loop())
local function f() while true do do return "inner" end end end print(f())
