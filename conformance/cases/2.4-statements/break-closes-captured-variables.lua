local fs = {}
for i = 1, 3 do local v = i * 10 fs[#fs + 1] = function() v = v + 1 return i, v end if i == 2 then break end end
print(fs[1]()) print(fs[1]()) print(fs[2]())
while true do local w = "w" fs[3] = function() w = w .. "!" return w end break end
print(fs[3](), fs[3]())
repeat local x = 1 fs[4] = function() x = x + 1 return x end if x == 1 then break end until false
print(fs[4](), fs[4]())
