-- Fields of the environment's metatable protect nothing in Lua 5.1.
local env = setmetatable({ x = 1 }, { __fenv = "guarded" })
local function f() return x end
setfenv(f, env)
print(f(), getfenv(f) == env)
print(setfenv(f, { x = 3 }) == f, f())
getmetatable(env).__metatable = "locked"
setfenv(f, env)
print(getfenv(f) == env, getmetatable(getfenv(f)))
