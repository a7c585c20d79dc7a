local tab = { n = 5, inner = {} }
local up
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local l; l() end)
try(function() up() end)
try(function() glob() end)
try(function() tab.missing() end)
try(function() tab.n() end)
try(function() tab.inner.deep() end)
try(function() tab:method() end)
try(function() tab.inner:method() end)
try(function() tab[1]() end)
try(function() (nil)() end)
try(function() (1)() end)
try(function() ("x")() end)
try(function() tab.inner() end)
try(function() local t = {}; t.x.y() end)
