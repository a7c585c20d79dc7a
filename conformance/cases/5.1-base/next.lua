print(next({}))
print(next({ "a" }))
print(next({ "a" }, 1))
local t = { 10, 20, x = 1 }
local n, k = 0, nil
repeat k = next(t, k) if k then n = n + 1 end until not k
print(n)
print(pcall(next, {}, "missing"))
print(pcall(next, { 1 }, 5))
print(pcall(next))
print(pcall(next, 5))
print(select("#", next({})), next({}, nil))
