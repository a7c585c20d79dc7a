local f, g
do
  local v = 0
  f = function() v = v + 1 return v end
  g = function() return v end
end
print(f(), f(), g())
local h
for i = 1, 3 do
  if i == 2 then h = function() i = i + 10 return i end break end
end
print(h(), h())
