local t = setmetatable({ "own" }, { __index = function(_, i) if i < 4 then return "ghost" .. i end end, __ipairs = function() return error end, __pairs = function() return error end })
for i, v in ipairs(t) do print(i, v) end
for k, v in pairs(t) do print(k, v) end
t = { 1, 2, nil, 4 }
local n = 0
for _ in ipairs(t) do n = n + 1 end
print(n)
for i, v in ipairs { 1, 2, 3 } do if i == 2 then break end print(i, v) end
t = { 1, 2, 3 }
for i, v in ipairs(t) do if i < 6 then t[i + 3] = v * 10 end end
print(table.concat(t, " "))
for i in ipairs { false, false, nil } do print(i) end
