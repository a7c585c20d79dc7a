while true do break end
repeat break until false
for i = 1, 10 do break end
for k in pairs { 1 } do break end
local n = 0
while true do n = n + 1 if n > 2 then break else n = n + 1 end end print(n)
repeat n = n + 1 if n == 7 then break end until n > 100 print(n)
for i = 1, 100 do n = i if i % 5 == 0 then do do break end end end end print(n)
while true do while true do break end n = n + 1 if n > 6 then break end end print(n)
print((select(2, loadstring("break", "=c"))))
print((select(2, loadstring("if x then break end", "=c"))))
print((select(2, loadstring("while x do local function f() break end end", "=c"))))
print((select(2, loadstring("while x do break print() end", "=c"))))
