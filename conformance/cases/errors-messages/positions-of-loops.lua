local function try(fn) print((select(2, pcall(fn)):match ":(%d+):")) end
try(function()
  for i =
    1,
    {} do
    print(i)
  end
end)
try(function()
  for k
    in
    nil
  do
  end
end)
try(function()
  for k in
    function()
      error "in iterator"
    end
  do
  end
end)
try(function()
  local n = 0
  repeat
    n = n + 1
  until
    n > {}
end)
try(function()
  while true
  do
    local x = (nil)
      .y
  end
end)
try(function()
  if 1 == 2 then
  elseif
    nil < 1
  then
  end
end)
