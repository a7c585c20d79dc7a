local function fact(n) return n <= 1 and 1 or n * fact(n - 1) end print(fact(10), fact(20))
local fib = function(n, self) if n < 2 then return n end return self(n - 1, self) + self(n - 2, self) end print(fib(15, fib))
local function Y(f) return (function(x) return x(x) end)(function(x) return f(function(...) return x(x)(...) end) end) end
print(Y(function(self) return function(n) return n == 0 and 0 or n + self(n - 1) end end)(100))
local function ack(m, n) if m == 0 then return n + 1 elseif n == 0 then return ack(m - 1, 1) else return ack(m - 1, ack(m, n - 1)) end end print(ack(2, 5))
local function hanoi(n, a, b, c) if n == 0 then return 0 end return hanoi(n - 1, a, c, b) + 1 + hanoi(n - 1, c, b, a) end print(hanoi(10, "a", "b", "c"))
local notrec = function() return notrec end print(notrec())
