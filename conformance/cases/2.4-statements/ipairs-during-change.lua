local t = { 1, 2, 3 }
for i, v in ipairs(t) do if i < 6 then t[i + 3] = v * 10 end io.write(v, " ") end print()
t = { 1, 2, 3, 4 }
for i, v in ipairs(t) do t[i + 1] = nil io.write(v, " ") end print()
t = { "a", "b" }
for i, v in ipairs(t) do t[i] = v .. i end print(t[1], t[2])
for i, v in ipairs { nil, 1 } do print("never") end
for i, v in ipairs { 1, nil, 3 } do io.write(v, " ") end print()
