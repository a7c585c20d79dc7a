local t = { 1, 2, 3, x = 4 }
local keys, key = {}, nil
repeat
  key = next(t, key)
  keys[#keys + 1] = tostring(key)
until key == nil
table.sort(keys)
print(table.concat(keys, " "))
print(next({}), next({}, nil), next({ 5 }), next({ 5 }, 1), select("#", next({ 5 }, 1)))
print(next({ false }), next({ [false] = false }))
