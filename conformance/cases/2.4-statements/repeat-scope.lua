local n = 0
repeat local done = n >= 2 n = n + 1 until done
print(n)
repeat local x = 5 until x == 5
print(x)
local i = 0
repeat i = i + 1 local j = i * 2 if i == 10 then break end until j > 6
print(i)
repeat local f = function() return i end until f() == i
repeat until true
local fs = {}
repeat local k = #fs + 1 fs[k] = function() return k end until k == 3
print(fs[1](), fs[2](), fs[3]())
repeat local a, b = 1, 2 do local a = 3 end until a == 1 and b == 2
print "end"
