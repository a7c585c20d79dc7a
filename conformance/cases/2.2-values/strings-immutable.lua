local a = "abc"
local b = a
a = a .. "d"
print(a, b, #a, #b)
print(a:upper(), a)
print("abc" == "ab" .. "c", ("a"):rep(3) == "aaa")
local t = { ["ab" .. "c"] = 1 }
print(t.abc)
