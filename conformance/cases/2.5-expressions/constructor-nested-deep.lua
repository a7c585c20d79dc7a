local t = { { { { { { { { { { "deep" } } } } } } } } } }
print(t[1][1][1][1][1][1][1][1][1][1])
local code = ("{"):rep(150) .. "1" .. ("}"):rep(150)
local v, depth = loadstring("return " .. code)(), 0
while type(v) == "table" do v = v[1] depth = depth + 1 end
print(depth, v)
t = { a = { b = { c = { 1, 2, { d = "x" } } } } } print(t.a.b.c[3].d)
t = { { 1, { 2, { 3 } } }, { { { 4 } } } } print(t[1][2][2][1], t[2][1][1][1])
