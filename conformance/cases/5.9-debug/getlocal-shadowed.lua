local function f()
  local a = 1
  local a = 2
  print(debug.getlocal(1, 1))
  print(debug.getlocal(1, 2))
end
f()
