-- * in every kind of loop, on a local, an upvalue, a global and a field
local up, t = 2, { f = 2 } g = 2
local function bump(x) up = up * x return up end
local function limit(v) if #tostring(v) > 40 then return 2 end if type(v) == "number" and (v > 1e6 or v < -1e6) then return 3 end return v end
local l = 2
for i = 1, 12 do l = limit(l * i) up = limit(bump(i)) g = limit(g * (i / 2)) t.f = limit(t.f * 3) end
print(l, up, g, t.f)
for i = 3, 1, -1 do l = limit(i * l) t.f = limit(i * t.f) end print(l, t.f)
for _, v in ipairs { 1, 2.5, "3" } do l = limit(l * v) g = limit(v * g) end print(l, g)
local n = 0 while n < 5 do n = n + 1 l = limit(l * n) end print(l)
repeat n = n - 1 l = limit(2 * l) local done = n == 0 until done print(l)
local function rec(n, acc) if n == 0 then return acc end return rec(n - 1, limit(acc * n)) end print(rec(8, 1))
local co = coroutine.wrap(function() local a = 1 while true do a = limit(a * coroutine.yield(a)) end end) co() print(co(2), co(3), co(4))
