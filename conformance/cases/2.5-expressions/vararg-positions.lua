local function f(...)
  print(...)
  print((...))
  print(..., "after")
  print("before", ...)
  print("a", ..., "b", ...)
  print(#{ ... }, select("#", ...))
  local t = { ..., ... } print(#t)
  local s = "" .. tostring((...)) print(s)
  return ...
end
print("r", f()) print("r", f(1)) print("r", f(1, 2, 3)) print("r", f(nil, nil))
