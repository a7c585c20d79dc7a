local tab = {}
local up
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local l; return #l end)
try(function() return #up end)
try(function() return #glob end)
try(function() return #tab.x end)
try(function() return #tab[1] end)
try(function() return #5 end)
try(function() return #true end)
try(function() return #print end)
try(function() local n = 5; return #n end)
