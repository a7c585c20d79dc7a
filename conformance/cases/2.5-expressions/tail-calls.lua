local function loop(n) if n == 0 then return "bottom" end return loop(n - 1) end
print(loop(200000))
local even, odd
function even(n) if n == 0 then return true end return odd(n - 1) end
function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100001), odd(100001))
local t = setmetatable({}, { __call = function(self, n) if n == 0 then return "called" end return self(n - 1) end })
print(t(5000))
local function pass(...) return select("#", ...) end
local function tail(...) return pass(...) end
print(tail(1, nil, nil))
