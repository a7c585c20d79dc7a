-- What debug changes in a captured local, every closure sees, and the function that declares it, whether or not the program assigns it.
local a, b, c = 1, 2, 3
local function f() return a, b end
local function g() return a, c end
print(f()) print(g())
print(debug.setupvalue(f, 1, "new"))
print(a, f()) print(g())
print(debug.setlocal(1, 1, "set"))
print(a, f()) print(g())
local function outer(x)
  local y = x
  local function inner() return function() return x, y end end
  return inner, function() return y, x end
end
local inner, other = outer(10)
local innermost = inner()
print(debug.setupvalue(innermost, 2, 20), innermost())
print(other())
print(debug.setupvalue(inner, 1, 30), innermost())
print(other())
for i = 1, 2 do
  local function h() return i end
  debug.setupvalue(h, 1, "loop")
  print(i, h())
end
local function hooked(p)
  local q = function() return p end
  local r = 1
  return q(), p
end
debug.sethook(function(_, line)
  if debug.getinfo(2, "f").func == hooked and debug.getlocal(2, 2) == "q" then debug.setlocal(2, 1, "hook") end
end, "l")
local x, y = hooked(1)
debug.sethook()
print(x, y)
local loaded = loadstring("local v = 1 local function w() return v end debug.setupvalue(w, 1, 2) return v, w()")
print(loaded())
local function recursive(n) if n == 0 then return 0 end return recursive(n - 1) end
print(debug.setupvalue(recursive, 1, function() return "other" end), recursive(1))
