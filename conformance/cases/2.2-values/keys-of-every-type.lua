local function f() end
local co, u, inner = coroutine.create(f), newproxy(), {}
local t = { [true] = 1, [false] = 2, [f] = 3, [co] = 4, [u] = 5, [inner] = 6, [1.5] = 7, [""] = 8, [print] = 9, ["a\0b"] = 10 }
print(t[true], t[false], t[f], t[co], t[u], t[inner], t[1.5], t[""], t[print], t["a\0b"], t["a"])
print(t[function() end], t[{}], t[newproxy()], t[1])
t[true], t[f] = nil, nil
print(t[true], t[false], t[f])
local count = 0 for _ in pairs(t) do count = count + 1 end print(count)
