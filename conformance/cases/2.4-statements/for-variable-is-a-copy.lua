for i = 1, 3 do io.write(i, " ") i = i * 10 io.write(i, " ") end print()
for i = 1, 3 do local j = i i = nil io.write(j, tostring(i), " ") end print()
for i = 1, 3 do local i = i + 100 io.write(i, " ") end print()
for i = 1, 3 do for i = 7, 8 do io.write(i, ",") end io.write(i, " ") end print()
local i = "outer" for i = 1, 1 do i = 5 end print(i)
for i = 1, 2 do i = "text" .. i print(i) end
