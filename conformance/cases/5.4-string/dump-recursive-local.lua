local function fact(n) if n == 0 then return 1 end return n * fact(n - 1) end
local g = loadstring(string.dump(fact))
print(g(0))
print(pcall(g, 3))
