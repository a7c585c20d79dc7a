local V = {}
V.__index = V
V.__add = function(a, b) return setmetatable({ a[1] + b[1], a[2] + b[2] }, V) end
V.__mul = function(a, b)
  if type(a) == "number" then return b * a end
  if type(b) == "number" then return setmetatable({ a[1] * b, a[2] * b }, V) end
  return a[1] * b[1] + a[2] * b[2]
end
V.__eq = function(a, b) return a[1] == b[1] and a[2] == b[2] end
V.__tostring = function(v) return "(" .. v[1] .. ", " .. v[2] .. ")" end
V.__unm = function(v) return v * -1 end
local a, b = setmetatable({ 1, 2 }, V), setmetatable({ 3, 4 }, V)
print(tostring(a + b), tostring(2 * a), a * b, tostring(-(a + b)), a + b == b + a, a * 3 == a + a + a)
