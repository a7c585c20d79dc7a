local function level(n) return getfenv(n) end
print(level(0) == _G, level(1) == _G, level(2) == _G, getfenv() == _G, getfenv(print) == _G, getfenv(nil) == _G)
print(pcall(getfenv, -1)) print(pcall(getfenv, 100)) print(pcall(getfenv, "x")) print(pcall(getfenv, {})) print(getfenv("1") == _G, getfenv(1.9) == _G)
local env = { tag = "env" }
local function f() return tag end
print(setfenv(f, env) == f, f(), getfenv(f) == env)
print(pcall(setfenv, print, {})) print(pcall(setfenv, f)) print(pcall(setfenv, f, nil)) print(pcall(setfenv, 5, {})) print(pcall(setfenv, "x", {})) print(pcall(setfenv, -1, {})) print(pcall(setfenv, 100, {}))
local setfenv, print, getfenv = setfenv, print, getfenv
local function g() setfenv(1, { tag = "own" }) return tag end
print(g(), g(), tag)
local function h() return (setfenv(2, { got = "set by callee" })) end
local function caller() h() print(got) end
caller()
local function tail() return getfenv(2) end
local function through() return tail() end
print(pcall(function() local environment = through() return environment end))
