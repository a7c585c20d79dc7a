-- __gc runs for userdata only.
local log = {}
do
  local u = newproxy(true)
  getmetatable(u).__gc = function(self) log[#log + 1] = type(self) end
  local t = setmetatable({}, { __gc = function() log[#log + 1] = "table" end })
end
collectgarbage() collectgarbage()
print(#log, log[1])
