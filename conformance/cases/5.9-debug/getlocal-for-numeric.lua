for i = 1, 1 do
  for n = 1, 4 do print(debug.getlocal(1, n)) end
end
