local store = {}
local t = setmetatable({}, { __newindex = store })
t.x = 1
print(t.x, store.x, rawget(t, "x"))
local chain = setmetatable({}, { __newindex = t })
chain.y = 2
print(chain.y, t.y, store.y)
rawset(t, "x", 10)
t.x = 11
print(t.x, store.x)
