-- The handler runs before the stack is unwound: locals of the failing function are still reachable through closures.
local state
local result = { xpcall(function()
  local counter = 5
  state = function() return counter end
  counter = 6
  error("stop", 0)
end, function(m) return m .. " at " .. state() end) }
print(result[1], result[2])
