print(#"", #"a", #"a\0b", #[[xyz]], #("x"):rep(1000), #"\195\164")
print(#{}, #{ 1 }, #{ 1, 2, 3 }, #{ nil }, #{ n = 1 }, #{ [1] = 1, [2] = 2 })
local t = {} for i = 1, 100 do t[i] = i assert(#t == i) end
for i = 100, 1, -1 do t[i] = nil assert(#t == i - 1) end print(#t)
t = { 1, 2, 3 } t[#t + 1] = 4 t[#t + 1] = 5 print(#t, t[#t]) t[#t] = nil print(#t, t[#t])
print(#t == 4 and #"four" == 4, #t + #t, -#t, #t .. "", 2 ^ #t)
