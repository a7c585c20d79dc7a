local function loop(n, acc) if n == 0 then return acc end return loop(n - 1, acc + 1) end
print(loop(1000000, 0))
local even, odd function even(n) if n == 0 then return true end return odd(n - 1) end function odd(n) if n == 0 then return false end return even(n - 1) end
print(even(100001), odd(100001))
local o = { n = 0 } function o:step(k) self.n = self.n + 1 if k == 0 then return self.n end return self:step(k - 1) end print(o:step(200000))
local function va(n, ...) if n == 0 then return select("#", ...) end return va(n - 1, ...) end print(va(100000, 1, 2, 3))
local function grow(n, ...) if n == 0 then return select("#", ...) end return grow(n - 1, n, ...) end print(grow(150))
local c = setmetatable({}, { __call = function(self, n) if n == 0 then return "called" end return self(n - 1) end }) print(c(100000))
