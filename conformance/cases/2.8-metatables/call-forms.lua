local t t = setmetatable({}, { __call = function(self, ...) return self == t, select("#", ...), ... end })
print(t()) print(t(1, nil)) print(t "s") print(t {} ~= nil) print((t(5))) print(pcall(t, 1)) print(select("#", t(1, 2, 3)))
local o = { m = t } print((o.m(1)), select(2, o.m(1, 2)), (o:m(2))) print(#{ t(1, 2) } > 2, ({ t() })[1])
