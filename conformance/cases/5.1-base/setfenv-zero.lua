-- Level 0 is the thread's environment: loaded chunks take it.
local real = _G
local env = setmetatable({ tag = "thread" }, { __index = real })
local thread = coroutine.create(function()
  setfenv(0, env)
  return getfenv(0) == env, getfenv(1) == real, loadstring("return tag")(), getfenv(print) == real
end)
print(coroutine.resume(thread))
print(getfenv(0) == real)
