-- A step of zero counts as negative: the loop runs for ever unless the start is below the limit.
local n = 0
for i = 1, 3, 0 do n = n + 1 if n == 4 then break end end
print(n)
n = 0
for i = 3, 1, 0 do n = n + 1 if n == 4 then break end end
print(n)
for i = 1, 1, 0 do n = n + 1 if n == 9 then break end end
print(n)
