local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:%d+: ", ""))) end
local t = {}
try(function() t["with space"]() end)
try(function() t.field.x() end)
try(function() t[1]() end)
try(function() t[true]() end)
try(function() local k = "k"; t[k]() end)
try(function() local k = "k"; t[k].x = 1 end)
try(function() t["a" .. "b"]() end)
try(function() t:m() end)
try(function() _G.nothing() end)
try(function() local _G = {}; _G.nothing() end)
