-- Changing the environment does not touch locals and upvalues.
local up = 1
local function f() up = up + 1 return up, glob end
glob = "g"
setfenv(f, { glob = "other" })
print(f())
print(up, glob)
