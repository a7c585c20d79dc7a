-- and/or give the operand itself, in every position a value may stand.
local t = {}
t.a = nil or "x"
t.b = false and "y"
t[1 and 2] = "two"
print(t.a, t.b, t[2])
print((nil and 1) == nil, (false or 0) + 1, ("a" and "b") .. "c")
local function pick(...) return (...) or "none" end
print(pick(), pick(false), pick(1))
print(1 == 1 and 2 == 2, 1 == 2 or "or", not (1 and nil))
local v = (1 < 2) and (2 > 3)
print(v, (1 < 2) == (3 > 2))
