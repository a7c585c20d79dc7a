local function f()
  local a, b = 1, 2
  local function g() b = b + 1 return a + b end
  g()
  print(debug.getlocal(1, 1))
  print(debug.getlocal(1, 2))
end
f()
