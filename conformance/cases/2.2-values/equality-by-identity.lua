local a, b = {}, {}
print(a == b, a == a, a ~= b, {} == {})
local function make() return function() end end
print(make() == make(), print == print, make == make)
print("a" .. "b" == "ab", ("x"):rep(100) == ("x"):rep(100), "1" == 1, 0 == false, nil == false, "" == false)
print(newproxy() == newproxy(), coroutine.create(make) == coroutine.create(make))
local u = newproxy() print(u == u, rawequal(u, u))
print(1 == 1.0, -0 == 0, 0/0 == 0/0, 1/0 == 1/0, 2^53 == 2^53 + 1)
