local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
local function none() end
try(function() none()() end)
try(function() none().x() end)
try(function() return none()() end)
try(function() local f = none() f() end)
try(function() return glob() end)
try(function() return ("x"):missing() end)
try(function() (none or 1)()() end)
try(function() string.nothing() end)
try(function() string.format.x() end)
