local function check(value)
  if type(value) ~= "number" then error("number expected", 2) end
  return value
end
local function user()
  local a = check(1)
  local b = check("x")
  return a, b
end
print(pcall(user))
-- A tail call leaves no frame to blame.
print(pcall(function() return check("y") end))
print(pcall(check, "direct"))
