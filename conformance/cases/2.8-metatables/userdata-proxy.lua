local u = newproxy(true)
local mt = getmetatable(u)
local fields = { a = 1 }
mt.__index = fields
mt.__newindex = function(_, k, v) fields[k] = v * 2 end
mt.__call = function(_, x) return "called " .. x end
mt.__tostring = function() return "proxy" end
mt.__unm = function() return "minus" end
mt.__concat = function() return "joined" end
print(u.a, u(5), tostring(u), -u, u .. "x", 1 .. u)
u.b = 4
print(u.b, type(u))
