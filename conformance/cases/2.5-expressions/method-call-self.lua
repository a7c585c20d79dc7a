local o = { name = "o" } function o.m(self, a, b) return self and self.name, a, b end
print(o:m(1, 2)) print(o.m(o, 1, 2)) print(o.m(nil, 1)) print(o["m"](o, 3)) print((o):m(4))
local calls = 0 local function get() calls = calls + 1 return o end
print(get():m(5), calls)
o.child = { name = "child", m = o.m } print(o.child:m(6)) print(o.child.m(o, 7))
local s = "text" print(s:len(), s:upper(), ("lit"):upper(), #s:rep(3), s:sub(2, 3):byte())
function o:n(...) return select("#", ...), self.name end print(o:n()) print(o:n(nil)) print(o:n(o:m(1)))
local m = o.m m = function() return "replaced local" end print(o:m() == "o")
