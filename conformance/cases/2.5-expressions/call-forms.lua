local function show(...) return select("#", ...), ... end
print(show())
print(show(nil))
print(show "literal")
print(show [[long]])
print(show { 1 } == 1)
local t = { m = show }
print(t.m(1), (select("#", t:m(1))))
print(t.m "x")
print(type(show {}), #{ show(1, 2) })
print((function(a, b) return b, a end)(1, 2))
