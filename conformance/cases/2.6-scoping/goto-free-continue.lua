-- "continue" in the style of 5.1: repeat ... until true inside a loop.
for i = 1, 5 do
  repeat
    if i % 2 == 0 then break end
    print(i)
  until true
end
