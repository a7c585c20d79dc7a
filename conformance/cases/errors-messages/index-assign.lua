local tab = {}
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
local up
try(function() local l; l.x = 1 end)
try(function() up.x = 1 end)
try(function() glob.x = 1 end)
try(function() tab.a.b = 1 end)
try(function() tab[1][2] = 3 end)
try(function() local n = 5; n.x = 1 end)
try(function() local b = true; b[1] = 1 end)
try(function() print.x = 1 end)
try(function() ("str").x = 1 end)
