local function f(n)
  local t = {}
  for i = 1, n do t[i] = function(x) local y = x * i return function() return y + i end end end
  return t
end
local t = loadstring(string.dump(f))(3)
print(t[1](10)(), t[2](10)(), t[3](10)())
local inner = loadstring(string.dump(t[2]))
print(pcall(inner, 1))
