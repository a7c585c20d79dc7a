-- the name and type in the message for -, by where each operand comes from
local up, t, k = nil, { n = 1, s = "s" }, "key"
local function try(f, ...) print((select(2, pcall(f, ...)))) end
local function call() end
try(function() local a, b = 1, {} return a - b end) try(function() local a, b = {}, 1 return a - b end) try(function() local a, b = {}, {} return a - b end)
try(function() return up - 1 end) try(function() return 1 - up end) try(function() return up - up end) try(function() return t.x - t.n end) try(function() return t.n - t.x end) try(function() return t.x - t.y end)
try(function() return gg - 1 end) try(function() return 1 - gg end) try(function() return t[k] - 1 end) try(function() return 1 - t[k] end) try(function() return t[1] - 1 end) try(function() return 1 - t[1] end)
try(function() return call() - 1 end) try(function() return 1 - call() end) try(function() return t - 1 end) try(function() return 1 - t end) try(function(p) return p - 1 end, true) try(function(p) return 1 - p end, true)
try(function(...) return ... - 1 end) try(function(...) return 1 - ... end) try(function() return nil - 1 end) try(function() return 1 - nil end) try(function() return true - 1 end) try(function() return 1 - false end)
try(function() return {} - 1 end) try(function() return 1 - {} end) try(function() return print - 1 end) try(function() return 1 - print end) try(function() return (up or gg) - 1 end) try(function() return 1 - (up and 1) end)
try(function() local x = 1 - up - 2 end) try(function() t.z = up - 1 end) try(function() t[up - 1] = 1 end) try(function() return call(up - 1) end) try(function() if up - 1 then end end) try(function() while gg - 1 do end end) try(function() for i = up - 1, 2 do end end)
