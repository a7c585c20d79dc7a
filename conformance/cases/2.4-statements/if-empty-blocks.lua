local n = 0
if n == 0 then end
if n == 1 then else n = 1 end
if n == 1 then elseif n == 2 then n = 9 else n = 8 end
print(n)
if n then if n == 1 then if n then n = 2 end end end
print(n)
if n == 5 then n = 6 elseif n == 2 then else n = 7 end
print(n)
for i = 1, 0 do end while false do end repeat until true do end
print(n)
