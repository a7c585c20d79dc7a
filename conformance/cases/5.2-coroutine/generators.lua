local function range(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end
for i, square in range(5) do io.write(i, ":", square, " ") end print()
local function permute(a, n) if n == 0 then coroutine.yield(a) else for i = 1, n do a[n], a[i] = a[i], a[n] permute(a, n - 1) a[n], a[i] = a[i], a[n] end end end
local count = 0
for p in coroutine.wrap(function() permute({ 1, 2, 3, 4 }, 4) end) do count = count + 1 if count <= 5 then print(table.concat(p, " ")) end end
print(count)
local function filter(p, g) return coroutine.wrap(function() while true do local n = g() if n == nil then return end if n % p ~= 0 then coroutine.yield(n) end end end) end
local x = coroutine.wrap(function() for i = 2, 60 do coroutine.yield(i) end end)
while true do local n = x() if n == nil then break end io.write(n, " ") x = filter(n, x) end print()
