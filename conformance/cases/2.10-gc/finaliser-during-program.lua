-- Finalisers run by themselves when enough is allocated.
local runs = 0
for i = 1, 20 do
  local u = newproxy(true)
  getmetatable(u).__gc = function() runs = runs + 1 end
end
local limit = 0
while runs < 20 and limit < 1e7 do local t = { {}, {}, {} } limit = limit + 1 end
print(runs, limit < 1e7)
