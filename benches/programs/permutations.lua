-- Measures recursion with a callback for each permutation and set intersection by hash.
local n = tonumber((...)) or 9

local function permute(items, count, visit)
  if count == 1 then return visit(items) end
  for i = 1, count do
    items[i], items[count] = items[count], items[i]
    permute(items, count - 1, visit)
    items[i], items[count] = items[count], items[i]
  end
end

local items, visits, sum = {}, 0, 0
for i = 1, n do items[i] = i end
for round = 1, 4 do
  permute(items, n, function(order)
    visits = visits + 1
    sum = (sum * 3 + order[1] * 5 + order[n] + round) % 1000003
  end)
end

local evens, threes, both = {}, {}, 0
for i = 1, 200000 do
  if i % 2 == 0 then evens["m" .. i] = true end
  if i % 3 == 0 then threes["m" .. i] = true end
end
for member in pairs(threes) do
  if evens[member] then both = both + 1 end
end
print("permutations", n, visits, sum, both)
