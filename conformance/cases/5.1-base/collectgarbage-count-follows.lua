collectgarbage() collectgarbage()
local before = collectgarbage("count")
local kept = {}
for i = 1, 10000 do kept[i] = { i } end
local full = collectgarbage("count")
print(full - before > 400, full - before < 4000)
kept = nil
collectgarbage() collectgarbage()
local after = collectgarbage("count")
print(math.abs(after - before) < 100, math.floor(collectgarbage("count")) - gcinfo() <= 1)
local text = ("x"):rep(1000000)
print(collectgarbage("count") - after > 900)
