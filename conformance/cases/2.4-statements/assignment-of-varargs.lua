local function f(...)
  local a, b, c = ...
  print(a, b, c)
  local d, e = (...), "e" print(d, e)
  local g, h, i = ..., "h" print(g, h, i)
  local t = {}
  t.x, t.y = ... print(t.x, t.y)
  t[1], t[2], t[3] = "one", ... print(t[1], t[2], t[3])
  a, b, c = c, ... print(a, b, c)
end
f() f(1) f(1, 2) f(1, 2, 3, 4) f(nil, nil, 3)
