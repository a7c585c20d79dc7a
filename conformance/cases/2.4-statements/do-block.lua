local x = 1
do
  local x = 2
  do local x = 3 print(x) end
  print(x)
end
print(x)
do end
do return print("chunk may end in return") end
