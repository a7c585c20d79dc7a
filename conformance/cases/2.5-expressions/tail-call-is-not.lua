-- parenthesised, with an operator, with a second value: not in tail position, so the stack grows
local function deep(n) if n == 0 then return 0 end return (deep(n - 1)) end
print(deep(10000))
local function plus(n) if n == 0 then return 0 end return 1 + plus(n - 1) end print(plus(10000))
local function two(n) if n == 0 then return 0 end return two(n - 1), n end print(select("#", two(100)))
local function endless(n) return (endless(n + 1)) end
local ok, message = pcall(endless, 1) print(ok, (message:gsub("\n.*", "")))
local function endless2(n) return endless2(n + 1) + 1 end
ok, message = pcall(endless2, 1) print(ok, (message:gsub("\n.*", "")))
