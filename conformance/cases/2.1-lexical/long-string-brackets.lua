print([=[[[nested]]]=])
print([===[ ]==] ]====] ]===])
local t = { [ [[key]] ] = 1, [ [=[other]=] ] = 2 }
print(t.key, t.other)
print(([[x]]):rep(3))
local f = function(s) return "<" .. s .. ">" end
print(f[[arg]], f [==[arg2]==])
