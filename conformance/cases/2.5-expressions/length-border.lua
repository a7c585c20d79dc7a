-- With holes any border is right: check the property, not the number.
local function is_border(t)
  local n = #t
  return (n == 0 or t[n] ~= nil) and t[n + 1] == nil
end
print(is_border { 1, nil, 3 }, is_border { nil, nil, 3 }, is_border { nil }, is_border { 1, 2, nil, 4, nil })
local t = {}
for i = 1, 20 do t[i] = i end
for i = 1, 20, 3 do t[i] = nil print(is_border(t)) end
local h = { [1] = 1, [2] = 2, [4] = 4 }
print(is_border(h))
