-- Measures writing and reading a large array of booleans.
local n = tonumber((...)) or 6000000

local composite = {}
for i = 1, n do composite[i] = false end
local primes, last = 0, 0
for i = 2, n do
  if not composite[i] then
    primes, last = primes + 1, i
    for multiple = i * i, n, i do composite[multiple] = true end
  end
end
print("sieve", n, primes, last)
