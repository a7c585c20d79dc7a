for i = 1, 3 do
  local before = i
  i = i * 10
  print(before, i)
end
local i = "outer"
for i = 1, 1 do end
print(i)
