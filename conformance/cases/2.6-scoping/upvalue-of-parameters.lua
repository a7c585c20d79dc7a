local function make(a, b, ...) local n = select("#", ...) return function(x) a = x or a return a, b, n end, function() return a end end
local f, g = make(1, 2, 3, 4) print(f()) print(f(10)) print(g())
local function self_capture(f) f = function() return f end return f() == f end print(self_capture())
local o = { v = 1 } function o:getter() return function() return self.v end end local get = o:getter() o.v = 2 print(get())
local function opt(x) x = x or "default" return function() return x end end print(opt()(), opt(1)(), opt(false)())
