-- Strings and numbers are values, not objects: they never leave a weak table by themselves.
local weak = setmetatable({}, { __mode = "kv" })
weak["k" .. 1] = "v" .. 1
weak[("x"):rep(100)] = true
weak[1.5] = ("y"):rep(50)
collectgarbage() collectgarbage()
local n = 0
for k, v in pairs(weak) do n = n + 1 end
print(n, weak.k1, #weak[1.5])
