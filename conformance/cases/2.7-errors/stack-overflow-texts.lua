local function endless() return 1 + endless() end
local ok, m = pcall(endless) print(ok, m)
local t = setmetatable({}, {}) getmetatable(t).__index = function(t, k) return t[k .. "x"] end
ok, m = pcall(function() return t.a end) print(ok, m)
local function args(...) return args(1, ...) + 1 end
ok, m = pcall(args) print(ok, (m:gsub("%(.*", "")))
local function mutual2() end local function mutual(n) return (mutual2(n)) end mutual2 = function(n) return (mutual(n + 1)) end ok, m = pcall(mutual, 1) print(ok, (m:gsub("\n.*", "")))
