do local a, b, c = 1, 2, 3 end
local x, y print(x, y)
do local t = { 1, 2 } local f = function() return t end end
local p, q, r print(p, q, r)
for i = 1, 3 do local v if i == 1 then v = "set" end print(i, v) end
local function g() do local a = "stale" end local b return b end
print(g())
if true then local s = 1 end
local n print(n)
