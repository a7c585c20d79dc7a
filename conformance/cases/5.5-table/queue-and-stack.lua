local queue, stack = {}, {}
for i = 1, 20 do table.insert(queue, i) table.insert(stack, 1, i) end
local out = {}
for i = 1, 10 do out[#out + 1] = table.remove(queue, 1) out[#out + 1] = table.remove(stack) end
print(table.concat(out, " "), #queue, #stack)
for i = 21, 25 do table.insert(queue, #queue + 1, i) table.insert(stack, i) end
print(table.concat(queue, " "), table.concat(stack, " "))
