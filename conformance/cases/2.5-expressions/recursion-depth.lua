local function depth(n) if n == 0 then return 0 end return 1 + depth(n - 1) end
print(depth(10), depth(1000), depth(15000))
local function build(n) if n == 0 then return {} end return { build(n - 1) } end
local t, n = build(5000), 0
while t[1] do t, n = t[1], n + 1 end
print(n)
