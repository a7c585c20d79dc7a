local i = 0
while i < 3 do i = i + 1 end
print(i)
while true do
  i = i * 2
  if i > 20 then break end
end
print(i)
while false do print("never") end
local n = 3
while n do n = n > 1 and n - 1 or nil end
print(n)
