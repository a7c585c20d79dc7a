local function down(n) if n == 0 then coroutine.yield("bottom") else down(n - 1) end return n end
local co = coroutine.create(function() return down(5000) end)
print(coroutine.resume(co))
print(coroutine.resume(co))
local function tree(n) if n > 0 then tree(n - 1) coroutine.yield(n) tree(n - 1) end end
local out = {}
for v in coroutine.wrap(function() tree(4) end) do out[#out + 1] = v end
print(table.concat(out))
