-- Every size up to 40, from several beginnings; equal elements too.
local function sorted(t, less)
  for i = 2, #t do
    if less(t[i], t[i - 1]) then return false end
  end
  return true
end
local function below(a, b) return a < b end
local function above(a, b) return a > b end
local bad = 0
for n = 0, 40 do
  for kind = 1, 5 do
    local t = {}
    for i = 1, n do
      t[i] = kind == 1 and i or kind == 2 and -i or kind == 3 and (i * 7919) % 31 or kind == 4 and i % 2 or 5
    end
    table.sort(t)
    if not sorted(t, below) then bad = bad + 1 end
    table.sort(t, above)
    if not sorted(t, above) or #t ~= n then bad = bad + 1 end
  end
end
print(bad)
