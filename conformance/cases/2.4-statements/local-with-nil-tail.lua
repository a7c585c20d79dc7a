local a, b, c
print(a, b, c)
local d, e = 1
print(d, e)
for i = 1, 2 do local x print(x) x = i end
local function f() local y if y == nil then y = 1 end return y end
print(f(), f())
do local a = 5 end print(a)
while true do local z if z then print("stale") end z = 1 if a then break end a = true end
repeat local w = (w or 0) + 1 until w == 1
print("done")
