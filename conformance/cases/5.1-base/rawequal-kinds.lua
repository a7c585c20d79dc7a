local t, u = {}, {}
local same = { __eq = function() return true end }
setmetatable(t, same) setmetatable(u, same)
print(t == u, rawequal(t, u), rawequal(t, t))
print(rawequal(1, 1), rawequal(1, "1"), rawequal("a", "a"), rawequal(0, -0), rawequal(0 / 0, 0 / 0), rawequal(nil, nil), rawequal(nil, false), rawequal(print, print))
local p = newproxy()
print(rawequal(p, p), rawequal(p, newproxy()))
print(pcall(rawequal)) print(pcall(rawequal, 1)) print(rawequal(1, 1, 2))
print(rawequal("ab", "a" .. "b"), rawequal(2^53, 2^53 + 1), rawequal(function() end, function() end))
