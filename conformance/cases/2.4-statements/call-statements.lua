local log = {}
local t = { f = function(...) log[#log + 1] = select("#", ...) end }
function t:m(...) log[#log + 1] = self == t and select("#", ...) return self end
t.f() t.f(1) t.f(1, nil) t.f "s" t.f {} t.f [[x]]
t:m() t:m(1) t:m "s" t:m {} t:m():m(2):m "x"
;(t.f)(5) t["f"](6, 7)
;(function() log[#log + 1] = "anon" end)()
print(unpack(log))
print((select(2, loadstring("f", "=c")))) print((select(2, loadstring("f.x", "=c")))) print((select(2, loadstring("(f)", "=c")))) print((select(2, loadstring("f + 1", "=c"))))
print((select(2, loadstring("'x':len()", "=c")))) print((select(2, loadstring("{}", "=c")))) print((select(2, loadstring("f():x", "=c")))) print((select(2, loadstring("-f()", "=c"))))
