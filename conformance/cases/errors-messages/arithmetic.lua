local tab = {}
local up
local function try(f) print((select(2, pcall(f)):gsub("^[^:]*:", ""))) end
try(function() local l; return l + 1 end)
try(function() local l; return 1 + l end)
try(function() return up * 2 end)
try(function() return glob - 1 end)
try(function() return tab.x / 2 end)
try(function() return tab[1] % 2 end)
try(function() return 2 ^ tab end)
try(function() return -tab end)
try(function() return -glob end)
try(function() return {} + 1 end)
try(function() return 1 + {} end)
try(function() return true + 1 end)
try(function() return print + 1 end)
try(function() return "a" + 1 end)
try(function() local s = "abc"; return s * 2 end)
try(function() return -"x" end)
