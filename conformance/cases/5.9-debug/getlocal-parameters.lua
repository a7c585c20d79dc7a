local function f(a, b, c)
  for i = 1, 4 do print(i, debug.getlocal(1, i)) end
end
f(1, "x")
