-- which operand is evaluated first, and which value a variable has that the other operand changes
local trace = {}
local function v(x) trace[#trace + 1] = tostring(x) return x end
local function show(...) print(table.concat(trace, " "), ...) trace = {} end
show(v(6) ^ v(3)) show((v(1) ^ v(2)) == (v(1) ^ v(2)))
local l, t = 2, { f = 2 } g = 2
local up = 2
local function set(x) l, g, t.f, up = x, x, x, x return 3 end
local function reset() l, g, t.f, up = 2, 2, 2, 2 end
local function upset(x) up = x return 3 end
show(l ^ set(5)) reset() show(set(5) ^ l) reset()
show(g ^ set(5)) reset() show(set(5) ^ g) reset()
show(t.f ^ set(5)) reset() show(set(5) ^ t.f) reset()
show((function() return up ^ upset(5) end)()) reset() show((function() return upset(5) ^ up end)()) reset()
show((l) ^ set(5)) reset() show(l ^ (set(5))) reset()
show(l ^ l, t.f ^ t.f, g ^ g, set(4) ^ set(4), l, g) reset()
l = l ^ set(5) show(l) reset()
t.f = t.f ^ set(5) show(t.f) reset()
local a, b = l ^ set(7), l show(a, b)
if l ^ set(1) then trace[1] = "then" else trace[1] = "else" end show(l)
