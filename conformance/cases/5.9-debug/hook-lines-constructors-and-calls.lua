-- Constants in lists are put away when the token after them has been read, and so count as its line.
local function show(title, source)
  local chunk = assert(loadstring(source))
  local told = {}
  debug.sethook(function(_, line) told[#told + 1] = line end, "l")
  chunk()
  debug.sethook()
  local active = {}
  for line in pairs(debug.getinfo(chunk, "L").activelines) do active[#active + 1] = line end
  table.sort(active)
  print(title, table.concat(told, " "), table.concat(active, " "))
end
show("items", "local t = {\n  1,\n  2,\n  3\n}\n")
show("items and fields", "local t = {\n  1,\n  x = 2,\n  f = function()\n  end,\n  [3] = 4,\n  5,\n}\n")
show("empty", "local t = {\n}\nlocal u = 1")
show("arguments", "type(\n  1,\n  2\n)\n")
show("method", "local s = ('x'):rep(\n  2\n)\n")
show("strings", "local s = 'a' ..\n  'b' ..\n  'c'\n")
show("return in the middle", "do\n  return\nend\n")
