local function set() created = 1 end print(created) set() print(created)
local function f() local created = 2 created = 3 return created end print(f(), created) created = nil print(created)
function _G.viaG() return "via _G" end print(viaG()) local function g() viaG = nil end g() print(viaG, _G.viaG)
