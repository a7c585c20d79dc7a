print(pcall(function()
  for i = 1,
    {},
    1 do
  end
end))
print(pcall(function()
  for k, v in
    pairs(nil) do
  end
end))
print(pcall(function()
  for k in
    5
  do
  end
end))
print(pcall(function()
  while
    nil < 1
  do
  end
end))
print(pcall(function()
  repeat
    local x = 1
  until
    x < nil
end))
