-- The generator is the implementation's own; only ranges and repeatability are checked.
math.randomseed(42)
local a = { math.random(), math.random(10), math.random(5, 8) }
math.randomseed(42)
local b = { math.random(), math.random(10), math.random(5, 8) }
print(a[1] == b[1], a[2] == b[2], a[3] == b[3])
local ok = true
for i = 1, 2000 do
  local r, n, m = math.random(), math.random(6), math.random(-3, 3)
  ok = ok and r >= 0 and r < 1 and n >= 1 and n <= 6 and n % 1 == 0 and m >= -3 and m <= 3 and m % 1 == 0
end
print(ok, math.random(1), math.random(4, 4), math.random(1, 1))
local seen, distinct = {}, 0
for i = 1, 500 do local v = math.random(5) if not seen[v] then seen[v] = true distinct = distinct + 1 end end
print(distinct)
