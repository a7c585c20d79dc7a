local t = {} for i = 1, 200 do t[i] = i end
local function count(...) return select("#", ...) end
local function last(...) return (select(select("#", ...), ...)) end
local function pass(...) return ... end
print(count(unpack(t)), last(unpack(t)), count(pass(unpack(t))), last(pass(pass(unpack(t)))))
print(count(0, unpack(t)), count(unpack(t), 0), #{ unpack(t) }, #{ 0, unpack(t) })
for i = 201, 7000 do t[i] = i end
print(count(unpack(t)), last(unpack(t)), #{ pass(unpack(t)) })
print(math.max(unpack(t)), string.char(unpack(t, 65, 90)), #string.char(unpack(t, 1, 255)))
print(pcall(string.char, unpack(t, 250, 260)))
print(select("#", unpack({}, 1, 7900)))
print(pcall(unpack, {}, 1, 1e6)) print(pcall(unpack, {}, 1, 1e8))
