local function f(a, b, c) return a, b, c end
print(f()) print(f(1)) print(f(1, 2, 3, 4)) print(f(nil, 2)) print(f(f(1, 2))) print(f(f(1, 2), 9)) print(f((f(1, 2))))
local function g(a) return a end print(g(f(5, 6)), g(), g(nil, 1))
local function h() return "h" end print(h(1, 2, 3), h(h(), h()))
print(f(unpack { 1, 2, 3 })) print(f(unpack({ 1 }), unpack { 2, 3 }))
print(select("#", f()), select("#", g()), select("#", f(1, 2, 3, 4)))
print(f(print "inside")) print(f(1, print "inside"))
