-- Lines of what is never run, of closures that are named, of jumps back and of moves.
local function run(source, ...)
  local chunk, refused = loadstring(source, "=c")
  if not chunk then
    print(refused)
    return
  end
  local seen, active = {}, {}
  for line in pairs(debug.getinfo(chunk, "L").activelines) do active[#active + 1] = line end
  table.sort(active)
  debug.sethook(function(_, line) seen[#seen + 1] = line end, "l")
  local ok, message = pcall(chunk, ...)
  debug.sethook()
  -- the first line and the last are this function's
  table.remove(seen, 1)
  table.remove(seen)
  print("active " .. table.concat(active, " ") .. " seen " .. table.concat(seen, " "), ok, ok and type(message) or message)
end
run[[local c
, d function c (
) return d ( ) end function
d ( ) return "d" end
local x = c() ]]
run[[local d function 
d ( ) return "d" end
local x = d() ]]
run[[local d
function 
d ( ) 
return "d" end
local x = d() ]]
run[[local d
function 
d ( ) 
return d end
local x = d() ]]
run[[local d, e
function 
d ( ) 
return e end
local x = d() ]]
run[[local d
function 
d ( ) 
d = 1
return d end
local x = d() ]]
run[[local d = {}
function 
d.x ( ) 
return d end
local x = d.x() ]]
run[[local d = {}
function 
x ( ) 
return d end
local x = x() ]]
run[[local d
local f = function()
function 
d
( ) 
return f end
end
f()
d()]]
run[[local function 
d
( ) 
return d end
d()]]
run[[local e
local function 
d
( ) 
return e end
d()]]
run[[local e
local d
=
function
( ) 
return e end
d()]]
run[[local e
local d
d
=
function
( ) 
return e end
d()]]
run[[while true
do
while true do
break end
do
break
end end]]
run[[for k in pairs{}
do
if k then
end
end for a = 1,1 do
if a then
end
local x = 1
if a then
end end]]
run[[local t = {1,2,3}
for i, v in
ipairs(t)
do
local x = function() return i end
if v == 2 then
x = 1
end
end
return]]
run[[local x = 1
repeat
x = x + 1
if x > 5 then break end
until
false]]
run [[local x
for i
= 1 , 3
do x =
function
( ) i = i +
7 return i end end]]
run[[local line, word = "", "w"
local function f() return line end
line = line
== "" and word or
line .. " "
..
word
line
=
f(
)
line
=
{
}]]
run[[local x = 1
x
=
{
}
local y = {
}]]
run[[repeat break until
false]]
run[[for k in
pairs{}
do
end]]
