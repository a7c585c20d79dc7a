-- Once there is no room for a call of the hook nothing is told of until the error is caught.
local events = 0
local function handler() error("again") end
for _, mask in ipairs({ "c", "r", "l", "cr" }) do
  events = 0
  debug.sethook(function() events = events + 1 end, mask)
  local ok, message = xpcall(function() error("x") end, handler)
  debug.sethook()
  print(mask, ok, message, events)
end
