print(1 < 2, 2 < 1, 1 <= 1, 1 > 1, 1 >= 1, 1 == 1.0, 1 ~= 1)
print("a" < "b", "a" > "b", "a" <= "a", "b" >= "c")
print(nil == false, nil == nil, {} == {}, print == print)
print(-1 < 0, 1e300 < math.huge, -math.huge < 0)
local a, b = 3, 4
if not (a < b) then print("wrong") elseif not (a >= b) then print("right") end
