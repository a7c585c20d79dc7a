-- Every order of five values, two of them equal.
local function check(t)
  local copy = { unpack(t) }
  table.sort(copy)
  return table.concat(copy) == "12234"
end
local values, good, total = { 1, 2, 2, 3, 4 }, 0, 0
local function permute(n)
  if n == 0 then
    total = total + 1
    if check(values) then good = good + 1 end
    return
  end
  for i = 1, n do
    values[i], values[n] = values[n], values[i]
    permute(n - 1)
    values[i], values[n] = values[n], values[i]
  end
end
permute(5)
print(total, good)
