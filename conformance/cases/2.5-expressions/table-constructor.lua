local t = { 1, 2; 3, x = 10, ["y z"] = 11, [100] = "hundred", }
print(#t, t[1], t[3], t.x, t["y z"], t[100])
local u = { [1] = "explicit", "positional" }
print(u[1])
local v = { "a", [2] = "two", "b" }
print(v[1], v[2])
print(#{ 1, 2, }, #{ 1; 2; })
print(loadstring("return { ; }", "=c"))
print(loadstring("return { 1,, 2 }", "=c"))
