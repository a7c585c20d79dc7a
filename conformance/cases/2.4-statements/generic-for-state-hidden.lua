local f, s, c = ipairs { 5, 6 }
for i, v in f, s, c do f, s, c = nil, nil, nil print(i, v) end
local t = { 1, 2, 3 }
for i, v in ipairs(t) do t = nil print(i, v) end
for k, v in pairs { a = 1 } do local pairs, next = nil, nil print(k, v) end
