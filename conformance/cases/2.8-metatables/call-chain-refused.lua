local inner = setmetatable({}, { __call = function(self, ...) return "inner", ... end })
local outer = setmetatable({}, { __call = inner }) print(inner(1)) print(pcall(outer, 1)) print(pcall(function() return outer(1) end)) print(pcall(function() local x = outer(2) return x end))
local t = setmetatable({}, { __call = 5 }) print(pcall(function() t() end)) print(pcall(t)) t = setmetatable({}, { __call = "x" }) print(pcall(function() local o = { f = t } o.f() end)) print(pcall(function() undefined_t() end))
local u = newproxy(true) getmetatable(u).__call = function(self, ...) return self == u, ... end print(u(1, 2)) getmetatable("").__call = function(s, ...) return s, ... end print(("str")(1)) getmetatable("").__call = nil print(pcall(function() return ("str")(1) end))
