local function forever(n) return 1 + forever(n + 1) end
local ok, message = pcall(forever, 1)
print(ok, (message:gsub("%s*%(.*", "")))
local t = setmetatable({}, { __index = function(t, k) return t[k .. "x"] end })
ok, message = pcall(function() return t.a end)
print(ok, type(message))
-- and the machine goes on
print(pcall(function() return "fine" end))
local function again() again() end
print((pcall(again)))
print(select("#", pcall(again)))
