-- What a dying userdata reaches is still there when it is finalised.
local log = {}
do
  local inner = newproxy(true)
  getmetatable(inner).__gc = function() log[#log + 1] = "inner" end
  getmetatable(inner).name = "inner name"
  local outer = newproxy(true)
  getmetatable(outer).__gc = function() log[#log + 1] = "outer sees " .. getmetatable(inner).name end
end
collectgarbage() collectgarbage()
print(table.concat(log, ", "))
