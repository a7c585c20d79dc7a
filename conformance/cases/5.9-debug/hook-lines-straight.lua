local seen = {}
local function f()
  local a = 1
  local b = 2

  return a + b
end
debug.sethook(function(e, l) seen[#seen + 1] = e .. ":" .. l end, "l")
f()
debug.sethook()
print(table.concat(seen, " "))
