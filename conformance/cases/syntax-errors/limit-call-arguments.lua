local args = {}
for i = 1, 240 do args[i] = tostring(i) end
print(loadstring("return select('#', " .. table.concat(args, ", ") .. ")", "=c")())
