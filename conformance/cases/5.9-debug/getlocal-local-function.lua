-- A local function is seen only once it is there: neither on the line that makes it nor within the loop before.
local a = 1
local function names(level)
  local t = {}
  for i = 1, 20 do
    local name = debug.getlocal(level + 1, i)
    if not name or name == "(*temporary)" then break end
    t[#t + 1] = name
  end
  return table.concat(t, ",")
end
debug.sethook(function(_, line) print(line, names(2)) end, "l")
local function g(x)
  return x
end
local function f(n)
  return n == 0 and 0 or f(n - 1)
end
local function h(n)
  h = n
  return h
end
do
  local function i() end
  local function j()
    return i, j
  end
end
for k = 1, 2 do
  local function l() return k, l end
  l()
end
local function one() end local function two() return one, two end
g(1)
f(1)
h(2)
debug.sethook()
