-- Lines of and, or and assignments over several lines.
local function run(src, ...)
  local f = assert(loadstring(src, '=c'))
  local t = {}
  debug.sethook(function(_, l) t[#t+1] = l end, 'l')
  f(...)
  debug.sethook()
  print(table.concat(t, ' '))
  local a = {} for k in pairs(debug.getinfo(f, 'L').activelines) do a[#a+1] = k end table.sort(a) print(table.concat(a, ' '))
end
local srcs = {
"local x, y = ...\nx = x\n or 5\nx = y\n or x\nx = {x}\n",
"local x, y = ...\nx = x and\n y or\n 5\ny = y or\n x\nreturn x,\n y",
"local x, y = ...\nlocal f = function() return x end\nx = x\n or 5\nx = y\n or x\nx = {x}\n",
"local x = ...\nif x or\n x\n then x = 1 end\nwhile x\n and x > 0 do x = x\n - 1 end",
"local t = {}\nt.a = t.b\n or t.c\nt[\n1] = t.a\n and t.b or\n 3\nlocal z = t\n .a == 3\n",
"local a, b, c = ...\na, b, c = b\n or 1, c\n and 2, a\n or 3\n",
}
for _, s in ipairs(srcs) do run(s) run(s, 1) run(s, nil, 2) run(s, 1, 2, 3) end
