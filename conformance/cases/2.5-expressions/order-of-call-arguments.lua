local function v(x) io.write(x, " ") return x end
local function f(...) io.write("call ") return select("#", ...) end
print(f(v(1), v(2), v(3)))
local t = { f = f, m = function(self, ...) return ... end }
local function T() io.write("T ") return t end
local function F() io.write("F ") return f end
print(T().f(v(1)), F()(v(2), v(3)))
print(T():m(v "a", v "b"))
print(T()[v "f"](v(9)))
print(f(v(1), f(v(2), f(v(3))), v(4)))
f = nil
print(pcall(function() f(v "arguments before the call") end))
print(pcall(function() t.x.y(v "never") end))
