local m = {} local function T(n) return setmetatable({ n = n }, m) end local function s(v) return type(v) == "table" and "<" .. v.n .. ">" or tostring(v) end
m.__concat = function(a, b) print("concat", s(a), s(b)) return s(a) .. s(b) end
print("a" .. T(1)) print(T(1) .. "b") print("a" .. "b" .. T(2)) print(T(3) .. "c" .. "d") print("a" .. T(4) .. "b") print(T(5) .. T(6)) print(T(7) .. T(8) .. T(9)) print("x" .. "y" .. T(1) .. "z" .. "w") print(1 .. T(2) .. 3)
m.__concat = function(a, b) return T(s(a) .. "+" .. s(b)) end print((T "p" .. "q" .. "r").n) print(("p" .. T "q" .. "r").n) print(("o" .. "p" .. T "q").n)
