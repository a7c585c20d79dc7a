local function sum(...) local s = 0 for _, v in ipairs { ... } do s = s + v end return s end
print(sum(unpack { 1, 2, 3 }), sum(unpack({ 1, 2, 3 }), 10), (unpack { 7, 8 }))
local t = { unpack { 1, 2 }, unpack { 3, 4 } }
print(#t, t[1], t[2], t[3])
print(("%d-%d"):format(unpack { 5, 6 }))
local a, b, c = unpack { 1, 2 }
print(a, b, c)
