local function h() error("in handler") end
print(xpcall(function() error("x") end, h)) print(pcall(xpcall, error, h))
local function hh(m) return hh(m) .. "x" end local ok, m = xpcall(function() error("x", 0) end, hh) print(ok, (tostring(m):gsub("\n.*", "")))
print(xpcall(function() local function e() return e() + 1 end e() end, function(m) return "overflow handled: " .. (m:gsub("\n.*", "")) end))
