local t = setmetatable({}, { __mode = "k" })
local kept = {}
t[{}], t[{}], t[kept] = 1, 2, 3
t.text, t[5] = "a", "b"
collectgarbage() collectgarbage()
local n = 0
for _ in pairs(t) do n = n + 1 end
print(n, t[kept], t.text, t[5])
kept = nil
collectgarbage() collectgarbage()
n = 0
for _ in pairs(t) do n = n + 1 end
print(n)
