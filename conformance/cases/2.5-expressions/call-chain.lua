local t = {}
function t.get() return t end
function t:self() return self end
function t.curry(a) return function(b) return function(c) return a .. b .. c end end end
print(t.get().get():self() == t, t.curry "a" "b" "c", t.curry(1)(2)(3))
print(t.get()["curry"] "x" { } == nil)
