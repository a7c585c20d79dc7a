local t = {}
for i = 1, 150 do t[i] = i end
local co = coroutine.wrap(function(...) while true do coroutine.yield(select("#", ...), ...) end end)
print((co(unpack(t)))) print(select("#", co())) print(select(151, co()))
local echo = coroutine.wrap(function(...) local args = { ... } while true do args = { coroutine.yield(unpack(args)) } end end)
print(select("#", echo(unpack(t)))) print(select("#", echo(unpack(t, 1, 100)))) print(echo())
