for i, v in ipairs { "a", "b", nil, "d" } do print(i, v) end
for i, v in ipairs { false, 0 } do print(i, v) end
local f, t, zero = ipairs { "x" }
print(type(f), t[1], zero, f(t, 0), f(t, 1))
local grow = { 1 }
for i, v in ipairs(grow) do if i < 4 then grow[i + 1] = v * 2 end end
print(#grow, grow[4])
print(pcall(ipairs))
print(pcall(ipairs, 5))
