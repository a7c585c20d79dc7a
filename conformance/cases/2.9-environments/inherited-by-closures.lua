-- A new closure takes the environment of the function that makes it.
local env = { tag = "env" }
local function maker() return function() return tag end end
tag = "global"
local before = maker()
setfenv(maker, env)
local after = maker()
print(before(), after())
setfenv(maker, { tag = "third" })
print(after(), maker()())
print(getfenv(after) == env)
