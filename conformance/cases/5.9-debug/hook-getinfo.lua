local seen = {}
local function f()
  local v = 5
  v = v + 1
end
debug.sethook(function(e, l)
  local i = debug.getinfo(2, "nSlf")
  if i.func == f then seen[#seen + 1] = l .. "=" .. i.currentline .. tostring(debug.getlocal(2, 1)) end
end, "l")
f()
debug.sethook()
print(table.concat(seen, " "))
