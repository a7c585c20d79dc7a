local list = {}
for i = 1, 3 do list[i] = function() i = i + 1 return i end end
print(list[1](), list[1](), list[2](), list[3](), list[1]())
local generic = {}
for k, v in ipairs { "a", "b" } do generic[k] = function() return k, v end end
print(generic[1]())
print(generic[2]())
local whiles, n = {}, 0
while n < 2 do
  n = n + 1
  local m = n
  whiles[n] = function() m = m + 100 return m, n end
end
print(whiles[1]())
print(whiles[2]())
print(whiles[1]())
