print(nil and 1, false and 1, 1 and 2, "a" and nil, nil or 1, false or nil, 1 or 2, nil or false, true and false, 0 and "zero")
print(1 and 2 or 3, nil and 2 or 3, false or false or 4, nil or nil or nil, 1 and nil or 5)
print(not nil, not 0, not "", not not 1, not (1 and nil), not (nil or 1))
local x = true and 5 print(x) x = false or 6 print(x) x = nil and 7 print(x) x = 8 or error() print(x)
if true and 1 then print "t" end if false or nil then else print "f" end
local y = 3
print(true and y, false and y, true or y, false or y, y and true, y or true, nil and y, y and nil)
print(1 and y or 2, y and 1 or 2, (nil and y) or "d", (y or nil) and "e")
while false and x do end while nil do end
