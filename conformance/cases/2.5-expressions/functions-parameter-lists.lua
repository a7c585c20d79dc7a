local function none() return select("#") end local function p5(a, b, c, d, e) return e, d, c, b, a end
print(none(1), p5(1, 2, 3, 4, 5)) print(p5(1)) print((function(a, a) return a end)(1, 2))
local names, values = {}, {} for i = 1, 200 do names[i] = "p" .. i values[i] = i end
local f = loadstring("return function(" .. table.concat(names, ",") .. ") return p1 + p100 + p200 end")() print(f(unpack(values)))
print((select(2, loadstring("return function(" .. table.concat(names, ",") .. ", p201) end", "=c"))))
print((select(2, loadstring("function f(a b) end", "=c")))) print((select(2, loadstring("function f(a,) end", "=c")))) print((select(2, loadstring("function f(1) end", "=c")))) print((select(2, loadstring("function f(nil) end", "=c"))))
