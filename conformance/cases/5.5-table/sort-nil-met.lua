-- An inconsistent comparator walks off the ends and is handed nil.
local function run(n, less)
  local t, nils = {}, 0
  for i = 1, n do t[i] = i end
  local ok, message = pcall(table.sort, t, function(a, b)
    if a == nil or b == nil then nils = nils + 1 end
    return less(a, b)
  end)
  print(n, ok, message, nils)
end
for n = 1, 8 do
  run(n, function() return true end)
  run(n, function(a, b) return a <= b end)
  run(n, function(a, b) return not (a and b and a > b) end)
end
