local fs, n = {}, 0
repeat
  n = n + 1
  local v = n
  fs[n] = function() v = v + 1 return v end
until (function() v = v + 10 return v end)() > 12
print(n, fs[1](), fs[1](), fs[2](), fs[3]())
