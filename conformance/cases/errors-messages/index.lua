local loc = nil
local tab = { inner = {} }
local up = nil
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local l; return l.x end)
try(function() return up.x end)
try(function() return glob.x end)
try(function() return tab.missing.x end)
try(function() return tab.inner.a.b end)
try(function() return tab["key"].x end)
try(function() return tab[1].x end)
try(function() local k = "dyn"; return tab[k].x end)
try(function() return (nil).x end)
try(function() return (1).x end)
try(function() return tostring(1).x.y end)
try(function() return (function() end)().x end)
