local function f(x, y)
  local a = x < y and "lt" or x == y and "eq" or "gt"
  local b = x < y or x == y
  local c = not (x < y) and not (x == y)
  local d = x > 0 and x or -x
  local e = (x < y) == (y > x)
  local g = x and x < y
  local h = nil or x <= y
  local i = false and x < y
  local j = (x < y and 1 or 2) + (x > y and 10 or 20)
  local k = { x < y, x > y, x == y, x ~= y, [x < y] = "key" }
  return a, b, c, d, e, g, h, i, j, #k, k[true], k[false]
end
print(f(1, 2)) print(f(2, 1)) print(f(2, 2)) print(f(-5, -7))
