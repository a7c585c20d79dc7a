local t = setmetatable({}, { __mode = "kv" })
local k, v = {}, {}
t[k] = {}
t[{}] = v
t[1], t[k] = v, v
t[{}] = 1
collectgarbage() collectgarbage()
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n, t[1] == v, t[k] == v)
