local i = 0
repeat i = i + 1 until i >= 3
print(i)
repeat print("once") until true
-- The condition sees the block's locals.
local n = 0
repeat
  n = n + 1
  local done = n == 4
until done
print(n)
repeat
  local x = 1
  if x then break end
until false
print("out")
