-- A userdata that its finaliser keeps is alive again, and is not finalised twice.
local saved, runs = nil, 0
do
  local u = newproxy(true)
  getmetatable(u).__gc = function(self) runs = runs + 1 saved = self end
  getmetatable(u).__index = function() return "field" end
end
collectgarbage()
print(runs, type(saved), saved.x)
saved = nil
collectgarbage() collectgarbage()
print(runs, saved)
