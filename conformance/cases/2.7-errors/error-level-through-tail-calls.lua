local function e(level) return error("msg", level) end
local function t(level) return e(level) end
local function u(level) local r = t(level) return r end
for level = 0, 4 do print(pcall(u, level)) end
local function direct(level) local x = error("msg", level) return x end local function tail(level) return direct(level) end local function caller(level) local r = tail(level) return r end
for level = 1, 4 do print(pcall(caller, level)) end
