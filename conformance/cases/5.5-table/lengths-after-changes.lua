local t = {}
for i = 1, 100 do t[i] = i end
for i = 100, 1, -1 do
  t[i] = nil
  if #t ~= i - 1 then print("wrong", i, #t) end
end
print(#t)
for i = 1, 64 do table.insert(t, i) end
print(#t, table.getn(t), table.maxn(t))
for i = 1, 32 do table.remove(t) end
print(#t, table.getn(t), table.maxn(t))
for i = 1, 32 do table.remove(t, 1) end
print(#t, table.getn(t), table.maxn(t), next(t))
