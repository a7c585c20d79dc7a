-- ~= where its value is a jump: and, or, not, loops, assignments to each kind of variable
local x, y, up = 3, 5, 4
t = {}
local function f(a, b)
  local v1 = a ~= b
  local v2 = not (a ~= b)
  local v3 = a ~= b and "yes" or "no"
  local v4 = a ~= b or b ~= a
  local v5 = (a ~= b) == true
  local v6 = x ~= y and a ~= b and b ~= up
  local v7 = x ~= y or a ~= b or b ~= up
  local v8 = not (a ~= b and b ~= a)
  local v9 = not not (a ~= b)
  t.field = a ~= b
  t[a ~= b] = a
  result = a ~= b
  up = a ~= b and up or up + 1
  local n = 0
  while n < 3 and (a ~= b or n < 2) do n = n + 1 end
  local m = 0
  repeat m = m + 1 local done = a ~= b until done or m >= 4
  print(v1, v2, v3, v4, v5, v6, v7, v8, v9, t.field, t[true], t[false], result, up, n, m)
  return a ~= b
end
print(f(1, 2)) print(f(2, 1)) print(f(2, 2)) print(f(4, 3)) print(f("a", "b") == f("b", "a"))
print((f(0, 0)), select("#", f(1, 1)))
print(({ [true] = "hit", [false] = "miss" })[1 ~= 2])
if 1 ~= 2 then print("literal then") elseif 2 ~= 1 then print("literal elseif") else print("literal else") end
