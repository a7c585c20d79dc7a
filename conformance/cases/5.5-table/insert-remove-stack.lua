local stack = {}
for i = 1, 100 do table.insert(stack, i) end
local sum = 0
while #stack > 0 do sum = sum + table.remove(stack) end
print(sum, #stack, next(stack))
local queue = {}
for i = 1, 50 do table.insert(queue, i) end
local out = {}
while queue[1] do out[#out + 1] = table.remove(queue, 1) end
print(#out, out[1], out[50])
for i = 1, 20 do table.insert(queue, 1, i) end
print(queue[1], queue[20], #queue)
