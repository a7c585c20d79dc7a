local function set() return debug.setlocal(2, 1, "changed") end
local function f(p) set() return p end
print(f(1))
