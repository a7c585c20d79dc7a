local t = { 1/0, -1/0, 0, 1e300, -1e300, 0.5, 5e-324, -5e-324 }
table.sort(t)
for i, x in ipairs(t) do io.write(string.format("%.17g ", x)) end
print()
t = { 3, 0/0, 1, 0/0, 2 }
print(pcall(table.sort, t))
print(#t)
