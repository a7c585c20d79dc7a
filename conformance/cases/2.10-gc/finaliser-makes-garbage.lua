local runs = 0
local function make()
  local u = newproxy(true)
  getmetatable(u).__gc = function()
    runs = runs + 1
    local t = {}
    for i = 1, 100 do t[i] = { i } end
    if runs < 5 then make() end
  end
end
make()
for i = 1, 10 do collectgarbage() end
print(runs)
