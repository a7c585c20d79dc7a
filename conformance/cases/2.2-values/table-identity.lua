local a, b = {}, {}
print(a == b, a == a, rawequal(a, b))
local t = { [a] = 1, [b] = 2 }
print(t[a], t[b], t[{}])
local f = function() end
t[f] = "f"
t[true], t[false] = "yes", "no"
print(t[f], t[function() end], t[true], t[false])
