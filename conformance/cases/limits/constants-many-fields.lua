local t, u = {}, {} for i = 1, 400 do t[i] = "o.f" .. i .. " = " .. i * 2 u[i] = "o.f" .. i end
local f = assert(loadstring("local o = {}\n" .. table.concat(t, "\n") .. "\nreturn o, " .. table.concat(u, " + ")))
local o, sum = f() print(o.f1, o.f200, o.f255, o.f256, o.f257, o.f400, sum)
local m, c = {}, {} for i = 1, 300 do m[i] = "function o:m" .. i .. "() return self.v + " .. i .. " end" c[i] = "o:m" .. i .. "()" end
print(assert(loadstring("local o = { v = 1 }\n" .. table.concat(m, "\n") .. "\nreturn " .. table.concat(c, " + ")))())
local g = {} for i = 1, 300 do g[i] = "glob" .. i .. " = " .. i end print(assert(loadstring(table.concat(g, "\n") .. "\nreturn glob1 + glob256 + glob257 + glob300"))())
