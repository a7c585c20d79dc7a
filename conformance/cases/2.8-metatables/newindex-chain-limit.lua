local function chain(n) local last = {} local t = last for i = 1, n do t = setmetatable({}, { __newindex = t }) end return t, last end
local t, last = chain(90) t.x = 1 print(last.x, rawget(t, "x"))
for _, n in ipairs { 98, 99, 100, 101 } do local t, last = chain(n) print(n, pcall(function() t.x = 2 end)) print(last.x) end
local s = {} setmetatable(s, { __newindex = s }) print(pcall(function() s.x = 1 end)) rawset(s, "x", 0) s.x = 5 print(s.x)
