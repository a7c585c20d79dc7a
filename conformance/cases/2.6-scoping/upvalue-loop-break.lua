local list = {}
for i = 1, 10 do
  local j = i * 2
  list[#list + 1] = function() j = j + 1 return i, j end
  if i == 3 then break end
end
for _, f in ipairs(list) do print(f()) end
print(list[1]())
