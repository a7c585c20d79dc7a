local parts = {}
for i = 1, 3000 do parts[i] = i + 0.5 end
local f = loadstring("return { " .. table.concat(parts, ", ") .. " }", "=c")
local t = f()
print(#t, t[1], t[3000])
local names = {}
for i = 1, 2000 do names[i] = "k" .. i .. " = " .. i end
t = loadstring("return { " .. table.concat(names, ", ") .. " }")()
print(t.k1, t.k1000, t.k2000)
local out = {}
for i = 1, 1500 do out[i] = "g" .. i .. " = " .. i .. " + (g" .. math.max(1, i - 1) .. " or 0)" end
loadstring(table.concat(out, "\n"))()
print(g1, g2, g1500)
