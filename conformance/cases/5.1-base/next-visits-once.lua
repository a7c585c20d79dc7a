local t, seen = {}, {}
for i = 1, 50 do t[i] = i end
for i = 1, 50 do t["k" .. i] = i end
for i = 1, 50 do t[i + 0.5] = i end
local count, sum = 0, 0
for k, v in next, t do
  if seen[k] then print("twice", k) end
  seen[k] = true
  count, sum = count + 1, sum + v
end
print(count, sum)
for k in pairs(t) do if type(k) == "string" then t[k] = nil end end
count = 0
for k in pairs(t) do count = count + 1 end
print(count, t.k7, t[7], t[7.5])
