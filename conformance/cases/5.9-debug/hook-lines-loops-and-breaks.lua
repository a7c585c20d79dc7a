-- Which lines a hook is told of, and which count as active, where loops turn back and are left.
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
show("while", "n = 0\nwhile n < 2 do\n  n = n + 1\nend\n")
show("forever", "n = 0\nwhile true do\n  n = n + 1\n  if n > 2 then break end\nend\n")
show("break in its own line", "n = nil\nwhile true do\n  if n then\n    n = 1\n  else\n    break\n  end\nend")
show("sole break", "n = 1\nrepeat\n  if n then\n    break\n  end\nuntil false\nn = nil")
show("repeat", "n = 0\nrepeat\n  n = n + 1\nuntil n == 2")
show("one-line for", "for i = 1, 3 do n = i end")
show("for", "for i = 1, 2 do\n  n = i\nend\n")
show("for with if and else", "for i = 1, 2 do\n  if i == 1 then\n    n = 3\n  else\n    n = 4\n  end\nend")
show("nested ifs", "if n then\n  if n then\n    n = 1\n  end\nelse\n  n = 2\nend")
