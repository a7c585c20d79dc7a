local depth, seen = 0, {}
local function fib(n) if n < 2 then return n end local a = fib(n - 1) return a + fib(n - 2) end
debug.sethook(function(e) seen[e] = (seen[e] or 0) + 1 end, "cr")
fib(5)
debug.sethook()
print(seen.call, seen["return"], seen["tail return"])
