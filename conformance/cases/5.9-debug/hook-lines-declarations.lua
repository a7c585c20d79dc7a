-- A local without a value at the start of a function has no line of its own; elsewhere it has.
local function show(title, source)
  local chunk = assert(loadstring(source))
  local told = {}
  debug.sethook(function(_, line) told[#told + 1] = line end, "l")
  chunk()
  debug.sethook()
  print(title, table.concat(told, " "))
end
show("at the start", "local a\nlocal b\nlocal c = nil\nlocal d = 1\n")
show("later", "local a = 1\nlocal b\nlocal c, d\nlocal e = 2")
show("captured", "local a\nlocal b = 1\nlocal function f()\n  a = b\nend\nf()\n")
show("captured in a loop", "for i = 1, 2 do\n  local a\n  local f = function() a = i end\n  f()\nend")
show("only declared", "do\n  local a\nend\n")
