local vars = {}
for i = 1, 180 do vars[i] = "local a" .. i .. " = " .. i end
local code = table.concat(vars, "\n") .. "\nreturn " .. ("f("):rep(60) .. "1" .. (")"):rep(60)
f = function(x) return x + 1 end
print(loadstring(code, "=c")())
