for i = 1, 3 do
  for j = 1, 3 do
    if j == 2 then break end
    print(i, j)
  end
end
local k = 0
while true do
  k = k + 1
  repeat
    if k > 2 then break end
  until true
  if k > 4 then break end
end
print(k)
for _, v in ipairs { 1, 2, 3 } do if v == 2 then do break end end print(v) end
