local function fact(n) return n < 2 and 1 or n * fact(n - 1) end
print(fact(10))
local broken = function(n) return broken end
print(broken(1))
local same
same = function(n) return n == 0 and same or same(n - 1) end
print(same(3) == same)
local function shadow() return shadow end
local shadow2 = shadow
shadow = nil
print(shadow2())
