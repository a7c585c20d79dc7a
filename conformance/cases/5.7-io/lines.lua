local name = os.tmpname()
do local f = io.open(name, "wb") f:write((function() local t = {} for i = 1, 3000 do t[i] = i end return table.concat(t, "\n") end)()) f:close() end
local count, sum = 0, 0
for line in io.lines(name) do count = count + 1 sum = sum + line end
print(count, sum)
local f = io.open(name)
local n = 0
for line in f:lines() do n = n + 1 if n == 10 then break end end
print(f:read(), io.type(f))
f:close()
os.remove(name)
