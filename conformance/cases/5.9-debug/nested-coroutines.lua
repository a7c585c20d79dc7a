local function where(co) local r = {} local l = 0 while true do local i = debug.getinfo(co, l, "Sl") if not i then break end r[#r+1] = i.what .. i.currentline l = l + 1 end return table.concat(r, " ") end
local outer, inner
local main = debug.traceback
inner = coroutine.create(function()
  print(where(outer))
  coroutine.yield(1)
end)
outer = coroutine.create(function()
  coroutine.resume(inner)
  coroutine.yield(2)
end)
coroutine.resume(outer)
print(where(inner))
print(where(outer))
