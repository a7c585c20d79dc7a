-- not on every kind of variable, and the name that a message gives it
local up, text = 5, "abc"
global, t = 6, { f = 7, s = "four", list = { 1, 2, 3 } }
function t:m() return self.s end
local function last(...) return not ..., not (...) end
local l = "9"

local r = not up print(r)
up = not up print(up)
global = not global print(global)
t.f = not t.f print(t.f)
print(not l, not (3), not 2 == 1, not t.f)

local function try(f, ...) print(select(2, pcall(f, ...))) end
local function none() end
try(function() local v; return not v end)
try(function() return not none end)
try(function() return not undefined end)
try(function() return not t.missing end)
try(function() return not t.list[9] end)
try(function() return not none() end)
try(function(...) return not ... end, nil)
try(function(p) p = not p return p end, true)
try(function() return not nil end)
try(function() local v = print; t.x = not v end)
