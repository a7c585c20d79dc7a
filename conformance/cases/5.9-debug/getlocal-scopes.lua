local x = 1
do local y = 2 print(debug.getlocal(1, 1)) print(debug.getlocal(1, 2)) end
local z = 3
print(debug.getlocal(1, 2))
do local x = "inner" print(debug.getlocal(1, 3)) print(debug.getlocal(1, 1)) end
