local tab = {}
local up
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local l; return "a" .. l end)
try(function() local l; return l .. "a" end)
try(function() return up .. "x" end)
try(function() return "x" .. glob end)
try(function() return "x" .. tab.f end)
try(function() return tab .. "x" end)
try(function() return "a" .. "b" .. nil end)
try(function() return nil .. "a" .. "b" end)
try(function() return 1 .. true end)
try(function() local a, b, c = "x", nil, "z"; return a .. b .. c end)
try(function() local a, b = {}, {}; return a .. b end)
try(function() return "x" .. print end)
