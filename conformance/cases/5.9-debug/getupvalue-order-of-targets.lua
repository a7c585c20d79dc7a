-- Upvalues are numbered in the order in which the source names them, targets of assignments before values.
local a, b, c, d = {}, {}, {}, { x = {} }
local function show(f)
  local names = {}
  for i = 1, 60 do
    local name = debug.getupvalue(f, i)
    if not name then break end
    names[i] = name
  end
  print(unpack(names))
end
show(function() a = b end)
show(function() c, d = d, c end)
show(function() a, c = d, b end)
show(function() a[b], d.x = c end)
show(function() a, b[c], d = d end)
show(function() b[c], a, d.x = 1 end)
show(function() function c() return a end end)
show(function() function d.x:y() return c end end)
show(function() a = function() return c end d = b end)
show(function() a, b = function() return c end end)
show(function() a, b = function() b = c end, d end)
show(function() local x = b a = x end)
show(function() for i = a, b, c do d = i end end)
show(function() for i in a, b do c, i = i, d end end)
