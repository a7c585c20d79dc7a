local parts = {}
for i = 1, 120 do parts[i] = tostring(i) end
local t = loadstring("return {" .. table.concat(parts, ",") .. "}")()
print(#t, t[1], t[50], t[51], t[100], t[101], t[120])
local u = loadstring("return {" .. table.concat(parts, ",") .. ", ...}")("x", "y")
print(#u, u[120], u[121], u[122])
local v = loadstring("return {" .. ("f(),"):rep(60) .. "}")
f = function() return 7, 8 end
print(#v(), v()[60])
