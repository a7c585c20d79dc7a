x = "global"
local function get() return x end
local x = "outer"
print(x, get(), _G.x)
do local x = "inner" print(x) x = "changed" print(x) end
print(x)
local x = x .. " again" print(x)
for x = 1, 1 do print(x) end
for x in pairs { k = 1 } do print(x) end
local function f(x) x = x .. "!" return x end
print(f "arg", x, get())
x = nil print(x, get())
