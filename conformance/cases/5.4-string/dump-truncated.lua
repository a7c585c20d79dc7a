local text = string.dump(function(x) return x * 2 end)
for _, n in ipairs { 1, 2, 4, 5, #text - 1 } do print(loadstring(text:sub(1, n), "=part")) end
for n = 1, #text - 1 do assert(not loadstring(text:sub(1, n))) end
