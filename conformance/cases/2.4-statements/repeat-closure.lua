local list, i = {}, 0
repeat
  i = i + 1
  local captured = i * 10
  list[i] = function() captured = captured + 1 return captured end
until captured >= 30
print(list[1](), list[1](), list[2](), list[3]())
