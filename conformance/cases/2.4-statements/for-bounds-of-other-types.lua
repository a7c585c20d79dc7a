local bad = { {}, true, print, coroutine.create(function() end), newproxy() }
for _, v in ipairs(bad) do
  print(pcall(function() for i = v, 2 do end end))
  print(pcall(function() for i = 1, v do end end))
  print(pcall(function() for i = 1, 2, v do end end))
end
print(pcall(function() for i = nil, 2 do end end))
print(pcall(function() for i = 1, nil do end end))
print(pcall(function() for i = 1, 2, nil do end end))
print(pcall(function() for i = {}, {}, {} do end end))
print(pcall(function() for i = 1, {}, "x" do end end))
