-- The name is the one active at the failing instruction.
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:%d+: ", ""))) end
try(function() local a = 1; local a = nil; a() end)
try(function() local a = nil; do local b = 1 end; local c = nil; c() end)
try(function() local a = nil; do local a = 1 end; a() end)
try(function() local x; local y = x; y() end)
try(function() local x = nil; x = x or nil; x() end)
try(function() local t = { f = 1 }; local g = t.f; g() end)
try(function() local a, b, c = 1, nil, 3; b() end)
