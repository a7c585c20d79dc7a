-- The lines that hooks see, and the calls and returns between them, construct by construct.
local P = {}
local function add(s) P[#P+1]=s end
add[[
local i = 0
while i < 3 do
  i = i + 1
  if i == 2 then
    local x = i
  end
end
]]
add[[
local i = 0
while i < 3 do
  i = i + 1
  if i == 5 then
    local x = i
  end
end
return 1]]
add[[
local t = {
  1,
  2,
  {
    3,
    x = 4,
  },
  y = {
  },
}
return t]]
add[[
local t = {
  {
    1
  },
  {
    2,
    {
      3
    }
  }
}]]
add[[
for i =
  1,
  2,
  1
do
  local x = i
end]]
add[[
for i =
  1,
  2
do
  local x = i
end]]
add[[
for i = 1, 2 do
end
for i = 1, 2 do local x end
for i = 1, 2 do
  local x
end]]
add[[
for k,
 v
in
 ipairs
 {
 1,
 2
 }
do
  local x = v
end]]
add[[
local function f(...)
  return tostring(...)
end
local x = f(1)
local y = f(2)]]
add[[
local function f(x)
  return type(x)
end
f(
1
)
return f(
2
)]]
add[[
local function f(n)
  if n == 0 then
    return 0
  end
  return f(n - 1)
end
f(2)]]
add[[
repeat
  local x = 1
until x == 1
repeat local y = 2 until true
local i = 0
repeat
  i = i + 1
  if i == 2 then break end
until i == 3]]
add[[
local a, b, c =
  1,
  2,
  3
a, b =
  b,
  a
local t = { x = a,
  y = b }
t.x,
t.y = 
t.y,
t.x]]
add[[
local x = 1 +
  2 *
  3 ..
  "x"
local y = x
  .. x
  .. x
local z = x and
  y or
  x]]
add[[
local s = 0
if s == 1 then
  s = 2
elseif s == 0 then
  s = 3
else
  s = 4
end
if s == 9 then
  s = 2
elseif s == 8 then
  s = 3
else
  s = 4
end
if s then end
if not s then
end
s = 5]]
add[[
local function a()
  local b = function()
    return 1
  end
  return b
end
a()()
local o = {}
function o.f(x)
  return x
end
function o:g()
  return self
end
o.f(1)
o:g()
o
:g()
:g()]]
add[[
while true do
  if true then
    break
  end
end
while true do break end
local n = 0
while n < 2 do n = n + 1 end
while n < 4 do
  n = n + 1
end
while
  n < 6
do
  n = n + 1
end]]
add[[
local x = 1
x = x
local f = function() return x end
x = x
repeat
  local y = 1
until true
if x then
else
  x = 2
end
while not x do
end
for i = 1, 0 do
  x = 3
end
while x < 3 do
  x = x + 1
  for i = 1, 0 do
    x = 4
  end
end
if x then
  for i = 1, 0 do
  end
else
  x = 5
end
local function p(a,
 b)
  a = b
  return function() a = 1 end
end
p(1,
 -
 2
)
]]
add[[
goto_ = 1
do
  local x
  local y
end
do end
local z
]]
add[[
local t = setmetatable({}, {
  __index = function(t, k)
    return k
  end,
  __add = function(a, b)
    return 1
  end
})
local x = t.a
local y = t + t
local z = t
 +
 t]]
add[[
local co = coroutine.wrap(function(a)
  local b = coroutine.yield(a)
  return b
end)
co(1)
co(2)]]
add[[
local ok, e = pcall(function()
  error("x")
end)
local ok, e = pcall(error)
local t = {}
table.sort({3,2,1}, function(a, b)
  return a < b
end)
string.gsub("abc", "b", function(c)
  return c
end)]]
add[[
local function v(...)
  local a, b = ...
  local t = {
    ...
  }
  return select('#', ...)
end
v(1,
 2,
 3)
v()]]
add[[
local x = (function()
  return 1
end)()
local y = (
 x
)
local z = - 
 x
local w = not
 x
local l = #
 "abc"]]
add[[
for i = 1, 3 do
  if i == 2 then
    local x = 1
  else
    local y = 1
  end
end
for i = 1, 2 do
  for j = 1, 2 do
    local k = i + j
  end
end
for i = 3, 1 do
  local x
end]]
add[[
local i = 1
while i < 3 do
  if i == 1 then
    i = 2
  elseif i == 2 then
    i = 3
  end
end
while i < 6 do
  i = i + 1
  if i > 100 then
    i = 0
  end
end
while i < 9 do
  i = i + 1
  while i > 100 do
    i = 0
  end
end
while i < 12 do
  i = i + 1
  for j = 1, 0 do
    i = 0
  end
end
while i < 15 do
  i = i + 1
  repeat
    local q
  until i
end]]
add[[
return
1,
2
]]
add[[
local a = {}
a.b = {}
a.b.c = 1
a["x"]
 = 2
a
.b
.d = 3
a.b["e"
] = 4
local f = function() end
f
{
}
f"x"
f
"y"
]]
add[[
local t = {}
for i, v in ipairs({1,2}) do
  t[i] = v
end
for k in pairs(t) do if k == 7 then return end end
]]
add[[
local x = false
if x or
   x or
   not x then
  x = true
end
if x and
   (x or
   x)
then
  x = 1
end
local y = x == 1 and
  2 or
  3
local z = x == 2 and 2
  or 3
local w =
  x
local v = {
 [x] =
  1,
 [
 y
 ] = 2
}]]
-- run
local function run(src, mask)
  local f = assert(loadstring(src, "=s"))
  local out = {}
  local function hook(ev, line)
    local info = debug.getinfo(2, "Sl")
    if ev == "line" then
      if info.short_src == "s" then out[#out+1] = line end
    else
      out[#out+1] = ev:sub(1,1)..(ev=="tail return" and "tail" or (info and (info.what..":"..info.currentline) or "?"))
    end
  end
  debug.sethook(hook, mask)
  local ok, e = pcall(f)
  debug.sethook()
  return table.concat(out, " ") .. (ok and "" or tostring(e))
end
for i, s in ipairs(P) do
  print(i, run(s, "l"))
  print(i, run(s, "cr"))
  print(i, run(s, "crl"))
end
-- active lines
for i, s in ipairs(P) do
  local f = loadstring(s, "=s")
  local t = {}
  for l in pairs(debug.getinfo(f, "L").activelines) do t[#t+1] = l end
  table.sort(t)
  print("active", i, table.concat(t, " "))
end
