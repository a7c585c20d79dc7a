local args = {}
for i = 1, 300 do args[i] = tostring(i) end
print((select(2, loadstring("return select('#', " .. table.concat(args, ", ") .. ")", "=c"))))
