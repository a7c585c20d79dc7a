local function find(t, v) for i = 1, #t do if t[i] == v then return i end end return nil, "not found" end
print(find({ "a", "b", "c" }, "b")) print(find({}, 1))
for i = 1, 10 do if i == 4 then break end io.write(i, " ") end print()
for i = 1, 3 do for j = 1, 3 do if j == 2 then break end io.write(i, j, " ") end end print()
local function g() for i = 1, 3 do for k, v in ipairs { 10, 20 } do while true do repeat if v == 20 then return i, k, v end break until false break end end end end
print(g())
for i = 1, 3 do do break end end print("after")
