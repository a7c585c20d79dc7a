print(10 or 20, 10 and 20, nil or "a", nil and 10, false and error(), false or nil)
print(nil or false, 1 and nil, 1 and false or 2, not nil and 1)
local function f(x) return x and x.y and x.y.z or "default" end
print(f(), f {}, f { y = {} }, f { y = { z = 1 } }, f { y = { z = false } })
local x = nil
x = x or 5
print(x, x == 5 and "five" or "other")
