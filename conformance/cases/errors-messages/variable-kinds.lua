local up = 5
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:%d+: ", ""))) end
try(function() local name_of_local = 1; name_of_local() end)
try(function() up() end)
try(function() up.x.y = 1 end)
try(function() global_name() end)
try(function() global_name.field = 1 end)
try(function(parameter) return parameter.x end)
try(function() for loop_variable = 1, 2 do loop_variable() end end)
try(function() for k, v in pairs { 1 } do v.x.y = 1 end end)
try(function(...) local a = ...; return a.x end)
try(function() local t = {}; local u = t.a; return u.b end)
