-- # on every kind of variable, and the name that a message gives it
local up, text = 5, "abc"
global, t = 6, { f = 7, s = "four", list = { 1, 2, 3 } }
function t:m() return self.s end
local function last(...) return #..., #(...) end
local l = "9"

local r = #text print(r)
text = #text print(text)
local k = #t.s print(k)
t.n = #t:m() print(t.n)
print(#t.list, #"literal", #{ 1, 2, 3 }, #t.s .. "!", #t.s + 1, #t.s == 4)

local function try(f, ...) print(select(2, pcall(f, ...))) end
local function none() end
try(function() local v; return #v end)
try(function() return #none end)
try(function() return #undefined end)
try(function() return #t.missing end)
try(function() return #t.list[9] end)
try(function() return #none() end)
try(function(...) return #... end, nil)
try(function(p) p = #p return p end, true)
try(function() return #nil end)
try(function() local v = print; t.x = #v end)
